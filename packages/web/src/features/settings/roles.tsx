/** What a role may do: drawn from the table that the hub enforces. */
import { type Access, RIGHTS_OF_ROLE, type Role } from "@windfall/api";
import { Icon } from "../../ui/icon.tsx";

export const ROLE_WORDS = { viewer: "Viewer", member: "Member", admin: "Admin" } as const satisfies Record<
  Role,
  string
>;
export const ROLES_SHOWN = ["viewer", "member", "admin"] as const;

const RIGHTS: readonly (readonly [Access, string])[] = [
  ["read", "See pages, download reports"],
  ["write", "Change signatures, apps and builds"],
  ["ingest", "Upload reports and dSYMs"],
  ["keys", "Make keys, with these rights at most"],
  ["admin", "People, everybody's keys, settings"],
];

export function RolesTable() {
  return (
    <section className="section section--line" aria-labelledby="roles">
      <div className="section__head">
        <h2 id="roles">What a role may do</h2>
      </div>
      <div className="table-wrap">
        <table className="table table--keep">
          <thead>
            <tr>
              <th scope="col">Right</th>
              {ROLES_SHOWN.map((role) => (
                <th key={role} scope="col" style={{ width: 76 }}>
                  {ROLE_WORDS[role]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {RIGHTS.map(([access, words]) => (
              <tr key={access}>
                <th scope="row">{words}</th>
                {ROLES_SHOWN.map((role) => (
                  <td key={role}>
                    {RIGHTS_OF_ROLE[role].includes(access) ? (
                      <Icon name="check" small label="yes" />
                    ) : (
                      <span className="muted">no</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The same for one role, as sentences. */
export function RoleOffers({ role }: { readonly role: Role }) {
  return (
    <ul className="list list--plain">
      {RIGHTS.map(([access, words]) => {
        const offered = RIGHTS_OF_ROLE[role].includes(access);
        return (
          <li key={access}>
            <Icon
              name={offered ? "check" : "dash"}
              tone={offered ? "good" : "muted"}
              label={offered ? "may" : "may not"}
            />
            <span className={offered ? undefined : "muted"}>{words}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** People for admins, keys for those who may make them; for everybody their own sessions and password, and what their role may do. */
import type { Session } from "@windfall/api";
import { Keys } from "../features/settings/keys.tsx";
import { OwnPassword, OwnSessions } from "../features/settings/own.tsx";
import { People } from "../features/settings/people.tsx";
import { RolesTable } from "../features/settings/roles.tsx";
import { SetAsideLine } from "../features/set-aside/set-aside-line.tsx";
import { may } from "../hub/may.ts";

export function SettingsPage({ session }: { readonly session: Session }) {
  const manages = may(session, "admin");
  return (
    <>
      {manages && <People />}
      <div className="split split--half">
        <div className="stack stack--wide">
          <OwnSessions />
          <OwnPassword key={session.person.id} session={session} />
        </div>
        <RolesTable />
      </div>
      {may(session, "keys") && <Keys session={session} />}
      <SetAsideLine />
    </>
  );
}

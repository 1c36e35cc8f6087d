/** `windfall people invite|list|remove`: the people of a hub, over its API, with an API key that may manage. */
import type { PersonRow } from "@windfall/api";
import type { Arguments } from "../arguments.ts";
import { CliFailure, type ExitCode } from "../failure.ts";
import { type Hub, openHub } from "../hub.ts";
import { printable } from "../output/printable.ts";
import { day, inColumns } from "../output/table.ts";
import type { Terminal } from "../terminal.ts";

export async function peopleInviteCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [name = ""] = args.operands;
  const role = args.text("role") ?? "viewer";
  const hub = await openHub(args, terminal);
  return hub.perform(`'${name}'`, async () => {
    const { invitation, url } = await hub.client.call("invite", {
      body: { name, role: role as PersonRow["role"] },
    });
    if (args.text("format") === "json") terminal.out(`${JSON.stringify({ ...invitation, url })}\n`);
    else {
      terminal.out(`${printable(url)}\n`);
      terminal.err(
        printable(`windfall: for '${name}' as ${role}; works once, until ${day(invitation.expiresAt)}`) + "\n",
      );
    }
  });
}

export async function peopleListCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const hub = await openHub(args, terminal);
  return hub.perform("people", async () => {
    const { people, invitations } = await hub.client.call("people", {});
    if (args.text("format") === "json") {
      for (const person of people) terminal.out(`${JSON.stringify({ kind: "person", ...person })}\n`);
      for (const invitation of invitations) {
        terminal.out(`${JSON.stringify({ kind: "invitation", ...invitation })}\n`);
      }
    } else {
      const rows = [
        ...people.map(({ id, role, lastActiveAt, name }) => [
          id,
          role,
          lastActiveAt === null ? "never signed in" : `active ${day(lastActiveAt)}`,
          name,
        ]),
        ...invitations.map(({ id, role, expiresAt, name }) => [id, role, `invited until ${day(expiresAt)}`, name]),
      ];
      terminal.out(inColumns(rows));
    }
  });
}

export async function peopleRemoveCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [given = ""] = args.operands;
  const hub = await openHub(args, terminal);
  return hub.perform(`'${given}'`, async () => {
    const { people, invitations } = await hub.client.call("people", {});
    const invitation = invitations.find(({ id }) => id === given);
    if (invitation) await hub.client.call("revokeInvitation", { params: { invitationId: invitation.id } });
    else await hub.client.call("removePerson", { params: { personId: personNamed(people, given).id } });
    if (args.text("format") === "json") terminal.out(`${JSON.stringify({ removed: given })}\n`);
    else terminal.out(printable(`removed  ${given}`) + "\n");
  });
}

/** A new one-time sign-in link for somebody else, over the API. */
export async function linkOverApi(args: Arguments, terminal: Terminal, given: string): Promise<ExitCode> {
  const hub: Hub = await openHub(args, terminal);
  return hub.perform(`'${given}'`, async () => {
    const { people } = await hub.client.call("people", {});
    const { url, expiresAt } = await hub.client.call("linkForPerson", {
      params: { personId: personNamed(people, given).id },
    });
    terminal.out(`${printable(url)}\n`);
    terminal.err(printable(`windfall: works once, until ${day(expiresAt)}`) + "\n");
  });
}

/** By id, or by the name that people sign in with. */
function personNamed(people: readonly PersonRow[], given: string): PersonRow {
  const person =
    people.find(({ id }) => id === given) ??
    people.find(({ name }) => name.toLowerCase() === given.trim().toLowerCase());
  if (!person) throw new CliFailure("person-not-found", `the hub knows nobody called '${given}'`, 1);
  return person;
}

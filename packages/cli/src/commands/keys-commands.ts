/** `windfall keys create|list|revoke`: the keys of a hub, over its API, with an API key that may manage. */
import type { KeyRow, NewKey } from "@windfall/api";
import type { Arguments } from "../arguments.ts";
import { CliFailure, type ExitCode, usageFailure } from "../failure.ts";
import { type Hub, openHub } from "../hub.ts";
import { printable } from "../output/printable.ts";
import { day, inColumns } from "../output/table.ts";
import type { Terminal } from "../terminal.ts";

export async function keysCreateCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [name = ""] = args.operands;
  const hub = await openHub(args, terminal);
  return hub.perform(`key '${name}'`, async () => {
    const { key, secret } = await hub.client.call("createKey", { body: await wantedKey(args, name, hub) });
    if (args.text("format") === "json") terminal.out(`${JSON.stringify({ ...key, secret })}\n`);
    else {
      terminal.out(`${secret}\n`);
      terminal.err(printable(`windfall: ${key.kind} key '${key.name}' may ${mayOf(key)}; it is shown only now`) + "\n");
    }
  });
}

export async function keysListCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const hub = await openHub(args, terminal);
  return hub.perform("keys", async () => {
    const { keys } = await hub.client.call("keys", {});
    if (args.text("format") === "json") for (const key of keys) terminal.out(`${JSON.stringify(key)}\n`);
    else {
      const rows = keys.map((key) => [
        key.id,
        `${key.prefix}…`,
        mayOf(key),
        `by ${key.createdBy}, ${day(key.createdAt)}`,
        key.revokedAt === null ? `used ${key.lastUsedAt === null ? "never" : day(key.lastUsedAt)}` : "revoked",
        key.name,
      ]);
      terminal.out(inColumns(rows));
    }
  });
}

export async function keysRevokeCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [given = ""] = args.operands;
  const hub = await openHub(args, terminal);
  return hub.perform(`key '${given}'`, async () => {
    await hub.client.call("revokeKey", { params: { keyId: given } });
    if (args.text("format") === "json") terminal.out(`${JSON.stringify({ id: given, revoked: true })}\n`);
    else terminal.out(printable(`revoked  ${given}`) + "\n");
  });
}

async function wantedKey(args: Arguments, name: string, hub: Hub): Promise<NewKey> {
  const kind = args.text("kind") ?? "ingest";
  const right = args.text("right");
  const apps = args.list("app");
  if (kind === "ingest") {
    if (right !== undefined || apps.length > 0) {
      throw usageFailure("an ingest key may send and nothing else: --right and --app are for --kind api");
    }
    return { kind, name };
  }
  if (right !== "read" && right !== "write" && right !== "admin") {
    throw usageFailure("what may the key do? --right read, write or admin");
  }
  return { kind: "api", name, right, ...(apps.length > 0 && { apps: await idsOf(apps, hub) }) };
}

/** Apps are named by id or bundle id. */
async function idsOf(given: readonly string[], hub: Hub): Promise<string[]> {
  const { apps } = await hub.client.call("apps", {});
  return given.map((word) => {
    const app = apps.find(({ id, bundleId }) => id === word || bundleId === word);
    if (!app) throw new CliFailure("app-not-found", `the hub has no app with the id or bundle id '${word}'`, 1);
    return app.id;
  });
}

function mayOf({ right, apps }: KeyRow): string {
  return apps === null ? right : `${right} (${apps.map(({ id, name }) => name ?? id).join(", ")})`;
}

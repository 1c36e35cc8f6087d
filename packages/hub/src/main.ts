/** The hub as a program: the only file that knows the process, the console, the clock and the environment. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import pino from "pino";
import { newSignInLink } from "./access/sign-in-link.ts";
import { AppError } from "./app-error.ts";
import { secureRandom } from "./clock.ts";
import { DEFAULT_HOST, type Hub, startHub } from "./hub.ts";
import { EventEngineError } from "./stores/events/event-engine.ts";

const USAGE = `The Windfall hub.

usage: node main.js [--data DIR] [--port N] [--host ADDRESS] [--public-url URL]
       node main.js sign-in-link [--data DIR]    prints a new one-time sign-in link

  --data DIR         where everything is kept (WINDFALL_DATA, default ./windfall-data)
  --port N           default 7878 (WINDFALL_PORT)
  --host ADDRESS     default ${DEFAULT_HOST} (WINDFALL_HOST)
  --public-url URL   how people reach the hub (WINDFALL_PUBLIC_URL)

example: node main.js --data /var/lib/windfall --public-url https://crashes.example.org
`;
const DEFAULT_PORT = 7878;

// Many files are flushed at once, and each flush holds a thread. Read when the first one starts.
process.env["UV_THREADPOOL_SIZE"] ??= "16";

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

function fail(message: string, exitCode: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
}

function settings() {
  const { env } = process;
  let values;
  let positionals;
  try {
    ({ values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        data: { type: "string" },
        port: { type: "string" },
        host: { type: "string" },
        "public-url": { type: "string" },
        help: { type: "boolean" },
      },
    }));
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, 2);
  }
  if (values.help) {
    say(USAGE);
    process.exit(0);
  }
  const [command = "serve", ...more] = positionals;
  if ((command !== "serve" && command !== "sign-in-link") || more.length > 0) {
    return fail(`unknown command '${positionals.join(" ")}'\n\n${USAGE}`, 2);
  }
  const portText = values.port ?? env["WINDFALL_PORT"] ?? String(DEFAULT_PORT);
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > 65_535) return fail(`--port: ${portText} is no port`, 2);
  const publicUrl = values["public-url"] ?? env["WINDFALL_PUBLIC_URL"];
  if (publicUrl !== undefined && !/^https?:\/\/[^/]/.test(publicUrl)) {
    return fail(`--public-url: ${publicUrl} is no http or https address`, 2);
  }
  for (const name of ["WINDFALL_STATE", "WINDFALL_BLOBS"]) {
    if (env[name]) return fail(`${name}: only the embedded stores exist so far; unset it`, 2);
  }
  const eventsUrl = env["WINDFALL_EVENTS"];
  return {
    command,
    dataFolder: resolve(values.data ?? env["WINDFALL_DATA"] ?? "windfall-data"),
    port,
    host: values.host ?? env["WINDFALL_HOST"] ?? DEFAULT_HOST,
    ...(publicUrl !== undefined && { publicUrl }),
    ...(eventsUrl !== undefined && { eventsUrl }),
  };
}

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"];

/** JSON lines on stderr; on a terminal only what is wrong. */
function createLogger() {
  const level = process.env["WINDFALL_LOG"] ?? (process.stderr.isTTY ? "warn" : "info");
  if (!LOG_LEVELS.includes(level)) return fail(`WINDFALL_LOG: ${level} is none of ${LOG_LEVELS.join(", ")}`, 2);
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}

function welcome(hub: Hub, dataFolder: string): void {
  say(`\nWindfall is running: ${hub.url}\n  data: ${dataFolder}`);
  if (hub.signInLink !== undefined) say(`\nSign in (works once):\n  ${hub.signInLink}`);
  if (hub.firstSecrets) {
    say(`\nKeys, shown only now:
  ingest key (may only send):  ${hub.firstSecrets.ingestKey}
  API key (CLI, scripts):      ${hub.firstSecrets.apiKey}`);
  }
  say("\nStop with Ctrl+C.");
}

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};
const { command, ...options } = settings();
const chance = { clock: Date.now, random: secureRandom };
if (command === "sign-in-link") {
  try {
    say(await newSignInLink(options.dataFolder, chance));
    process.exit(0);
  } catch (error) {
    if (error instanceof AppError) fail(error.message, 1);
    throw error;
  }
}
const logger = createLogger();
let hub: Hub;
try {
  hub = await startHub({ ...options, version, logger, chance });
} catch (error) {
  if (error instanceof AppError || error instanceof EventEngineError) fail(`${error.code}: ${error.message}`, 1);
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    fail(`port ${options.port} is taken: stop what listens there, or choose another with --port`, 1);
  }
  throw error;
}
welcome(hub, options.dataFolder);

let signals = 0;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (++signals > 1) process.exit(1);
    hub.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ error: String(error) }, "the hub could not stop cleanly");
        process.exit(1);
      },
    );
  });
}

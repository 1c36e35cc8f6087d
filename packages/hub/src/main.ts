/** The hub as a program: the only file that knows the process, the console, the clock and the environment. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import pino from "pino";
import { newSignInLink } from "./access/sign-in-link.ts";
import { AppError } from "./app-error.ts";
import { secureRandom } from "./clock.ts";
import type { DemoListener } from "./demo/demo.ts";
import { DEFAULT_HOST, type Hub, startHub } from "./hub.ts";
import { startFailure } from "./start-failure.ts";
import { EventEngineError } from "./stores/events/event-engine.ts";

const USAGE = `The Windfall hub.

usage: node main.js [--data DIR] [--port N] [--host ADDRESS] [--public-url URL] [--demo]
       node main.js sign-in-link [--data DIR]    prints a new one-time sign-in link

  --data DIR         where everything is kept (WINDFALL_DATA, default ./windfall-data)
  --port N           default 7878 (WINDFALL_PORT)
  --host ADDRESS     default ${DEFAULT_HOST} (WINDFALL_HOST)
  --public-url URL   how people reach the hub (WINDFALL_PUBLIC_URL)
  --demo             fill an example app with ninety days of data; one click on its pages removes it

example: node main.js --data /var/lib/windfall --public-url https://crashes.example.org
`;
const DEFAULT_PORT = 7878;

// Many files are flushed at once, and each flush holds a thread. Read when the first one starts.
process.env["UV_THREADPOOL_SIZE"] ??= "16";

// The data folder is the hub's user's own, whoever made it.
process.umask(0o077);

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
        demo: { type: "boolean" },
        help: { type: "boolean" },
      },
    }));
  } catch (error) {
    const [problem = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    return fail(`${problem}\n\n${USAGE}`, 2);
  }
  if (values.help) {
    say(USAGE);
    process.exit(0);
  }
  const [command = "serve", ...more] = positionals;
  if ((command !== "serve" && command !== "sign-in-link") || more.length > 0) {
    return fail(`unknown command '${positionals.join(" ")}'\n\n${USAGE}`, 2);
  }
  // An empty variable is one that is not set.
  const portText = values.port ?? (env["WINDFALL_PORT"] || String(DEFAULT_PORT));
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > 65_535)
    return fail(`${values.port === undefined ? "WINDFALL_PORT" : "--port"}: ${portText} is no port`, 2);
  const publicUrl = values["public-url"] ?? (env["WINDFALL_PUBLIC_URL"] || undefined);
  if (publicUrl !== undefined && !/^https?:\/\/[^/]/.test(publicUrl)) {
    return fail(`--public-url: ${publicUrl} is no http or https address`, 2);
  }
  for (const name of ["WINDFALL_STATE", "WINDFALL_BLOBS"]) {
    if (env[name]) return fail(`${name}: only the embedded stores exist so far; unset it`, 2);
  }
  const eventsUrl = env["WINDFALL_EVENTS"] || undefined;
  const keep = env["WINDFALL_KEEP_SYMBOLS_DAYS"] || undefined;
  if (keep !== undefined && !/^[1-9]\d{0,4}$/.test(keep)) {
    return fail(`WINDFALL_KEEP_SYMBOLS_DAYS: ${keep} is no number of days from 1 to 99999`, 2);
  }
  return {
    command,
    dataFolder: resolve(values.data ?? (env["WINDFALL_DATA"] || "windfall-data")),
    port,
    host: values.host ?? (env["WINDFALL_HOST"] || DEFAULT_HOST),
    ...(values.demo && { demo: tellOfDemo }),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(eventsUrl !== undefined && { eventsUrl }),
    ...(keep !== undefined && { keepSymbolsDays: Number(keep) }),
  };
}

const DEMO_DAYS_PER_LINE = 30;

const tellOfDemo: DemoListener = {
  progress({ days, ofDays, reports }) {
    if (days % DEMO_DAYS_PER_LINE === 0) say(`Demo: ${days} of ${ofDays} days, ${reports} crash reports.`);
  },
  done(made) {
    say(made ? "Demo: all is there." : "Demo: was there already.");
  },
  failed() {
    say("Demo: could not be filled; the log says why, and the next start with --demo goes on.");
  },
};

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"];

/** JSON lines on stderr; on a terminal only what is wrong. */
function createLogger() {
  const level = process.env["WINDFALL_LOG"] || (process.stderr.isTTY ? "warn" : "info");
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
  const sentence = startFailure(error, options);
  if (sentence !== undefined) fail(sentence, 1);
  throw error;
}
welcome(hub, options.dataFolder);

// Started by `npm start` or `windfall serve`: when they are gone, however that happened, the hub ends too.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));

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

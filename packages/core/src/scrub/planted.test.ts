/** Every kind of personal datum in every kind of report: none is there afterwards, and what must stay is. */
import { describe, expect, test } from "vitest";
import { fixture, utf8 } from "../../test/files.ts";
import { parseReports } from "../formats/parse.ts";
import { scrubReport } from "./scrub.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const scrub = (text: string, strict = false, allow: readonly string[] = []) =>
  utf8(scrubReport(bytes(text), { secret: "s", strict, allow }));

/** Each would lead to a person, a device or an account. */
const DATA = {
  mail: "jane.doe+beta@mail.example.co",
  unicodeMail: "jürgen@müller-example.de",
  phone: "+49 170 1234567",
  usPhone: "(555) 123-4567",
  card: "4929 1234 1234 1234",
  digits: "884422119",
  ip4: "192.168.7.23",
  ip6: "2001:db8::ff00:42:8329",
  mac: "a4:83:e7:12:34:56",
  query: "session=zq81&lat=48.13",
  login: "jdoe:hunter2",
  jwt: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.Sfl_KxwRJSM",
  token: "sk_live_51H8z9Kx7Qw2Er4Ty6",
  password: "correct-horse",
  uuid: "9B2C7A11-0D4E-4F3A-8B6C-5E1F2A3B4C5D",
} as const;
const MESSAGE = [
  `could not log in ${DATA.mail} or <${DATA.unicodeMail}>, call ${DATA.phone} or ${DATA.usPhone}`,
  `card ${DATA.card}, id ${DATA.digits}, from ${DATA.ip4}:443 and [${DATA.ip6}] via ${DATA.mac}`,
  `GET https://${DATA.login}@api.example.org/v1/trips?${DATA.query}#top`,
  `Authorization: Bearer ${DATA.jwt}; key ${DATA.token}; password=${DATA.password}; user ${DATA.uuid}`,
  `at /Users/janedoe/Secret Plans/notes.txt and /home/janedoe/x and /Volumes/Janes Backup/y`,
].join("; ");
const PEOPLE = [...Object.values(DATA), "janedoe", "Janes Backup"];

const KEYS = {
  crashReporterKey: "3f2d8930a7fa3eff84ad721f6866b9b4791238c5",
  deviceIdentifierForVendor: "6C6E451F-E9E4-4F3E-BCA2-A7293FD113C3",
  bootSessionUUID: "A3C4C612-B73F-4B75-BD05-7CB2957B7FB9",
  sleepWakeUUID: "FD6C42F9-DD43-453F-B817-FA28BDBA74C9",
  systemID: "00008110-001A2B3C4D5E801E",
  container: "13D085B2-78D0-431E-9019-0F30BEF08EED",
  baseband: "2.09.01-77",
  cohort: "7|date=1654000000000&sf=143441&tid=campaign",
};
const BINARY = "0f1e2d3c-4b5a-3978-8796-a5b4c3d2e1f0";
const APP_PATH = `/private/var/containers/Bundle/Application/${KEYS.container}/Harbor.app/Harbor`;

function expectNone(output: string, more: readonly string[] = []): void {
  const plain = output.replaceAll("\\/", "/");
  expect([...PEOPLE, ...more].filter((datum) => plain.includes(datum))).toEqual([]);
}

const IPS_HEADER = {
  app_name: "Harbor",
  timestamp: "2026-03-01 10:00:00.00 +0100",
  app_version: "2.1",
  slice_uuid: BINARY,
  build_version: "431",
  platform: 2,
  bug_type: "309",
  os_version: "iPhone OS 26.0 (23A341)",
  incident_id: "7C2E9A10-4B3D-4E5F-8A90-1B2C3D4E5F60",
  app_cohort: KEYS.cohort,
};
const IPS_BODY = {
  modelCode: "iPhone17,1",
  captureTime: "2026-03-01 09:59:59.1234 +0100",
  procLaunch: "2026-03-01 09:00:00.0000 +0100",
  incident: IPS_HEADER.incident_id,
  pid: 512,
  procName: "Harbor",
  procPath: APP_PATH,
  crashReporterKey: KEYS.crashReporterKey,
  bootSessionUUID: KEYS.bootSessionUUID,
  sleepWakeUUID: KEYS.sleepWakeUUID,
  systemID: KEYS.systemID,
  basebandVersion: KEYS.baseband,
  trialInfo: { rollouts: [{ rolloutId: "62868a738e8ae2385955687e" }] },
  logWritingSignature: "c1b2a3d4e5f60718293a4b5c6d7e8f9011223344",
  storeInfo: {
    deviceIdentifierForVendor: KEYS.deviceIdentifierForVendor,
    storeCohortMetadata: KEYS.cohort,
    thirdParty: true,
  },
  parentProc: "/Users/janedoe/bin/launcher",
  coalitionName: `com.apple.CoreSimulator.SimDevice.${KEYS.container}`,
  exception: { type: "EXC_CRASH", signal: "SIGABRT", codes: "0x0, 0x0", message: MESSAGE },
  termination: { namespace: "SIGNAL", code: 6, indicator: "Abort trap: 6", reasons: [MESSAGE], details: [MESSAGE] },
  asi: { "libsystem_c.dylib": [MESSAGE] },
  exceptionReason: {
    composed_message: MESSAGE,
    format_string: "could not log in %@",
    arguments: [MESSAGE],
    name: "NSGenericException",
  },
  reportNotes: [MESSAGE],
  vmRegionInfo:
    "0x8 is not in any region.\n      __TEXT 1043c4000-108288000 [ 62.8M] r-x/r-x SM=COW  /Users/janedoe/Harbor",
  faultingThread: 0,
  threads: [
    {
      triggered: true,
      name: `worker of ${DATA.mail}`,
      queue: `upload ${DATA.uuid}`,
      frames: [
        {
          imageIndex: 0,
          imageOffset: 16880,
          symbol: "start",
          sourceFile: "/Users/janedoe/src/Harbor.swift",
          sourceLine: 4,
        },
      ],
      threadState: {
        flavor: "ARM_THREAD_STATE64",
        x: [{ value: 8317708060514475008 }],
        pc: { value: 4372611568 },
        lr: { value: 1 },
      },
    },
  ],
  usedImages: [
    { source: "P", arch: "arm64", base: 4372594688, size: 65536, uuid: BINARY, path: APP_PATH, name: "Harbor" },
  ],
  legacyInfo: { threadTriggered: { queue: `upload ${DATA.uuid}` } },
};

describe("an .ips", () => {
  const ips = `${JSON.stringify(IPS_HEADER)}\n${JSON.stringify(IPS_BODY, null, 2).replaceAll("/", "\\/")}`;
  const output = scrub(ips);

  test("has nobody in it", () => expectNone(output, Object.values(KEYS)));

  test("keeps what symbolication and duplicates need", () => {
    const [report] = parseReports(bytes(output));
    expect(report?.value.images[0]).toMatchObject({ uuid: BINARY, base: 4372594688n, size: 65536 });
    expect(report?.value.incidentId).toBe(IPS_HEADER.incident_id);
    expect(report?.value.process.path).toBe(report?.value.images[0]?.path);
    expect(output).toContain(`"slice_uuid":"${BINARY}"`);
    expect(output).toContain(
      "/Bundle\\/Application\\/00000000-0000-0000-0000-000000000000\\/Harbor.app\\/Harbor".slice(1),
    );
    expect(report?.value.process.parent).toBe("launcher");
  });

  test("has pseudonyms that are the same for the same device and project only", () => {
    const key = /"crashReporterKey" ?: ?"(scrub_[0-9a-f]{16})"/;
    const first = key.exec(output)?.[1];
    expect(first).toBeDefined();
    expect(key.exec(scrub(ips.replaceAll("Harbor", "Lantern")))?.[1]).toBe(first);
    expect(key.exec(utf8(scrubReport(bytes(ips), { secret: "other" })))?.[1]).not.toBe(first);
  });

  test("is scrubbed once", () => expect(scrub(output)).toBe(output));

  test("keeps registers and zone unless strict", () => {
    expect(output).toContain("8317708060514475");
    expect(output).toContain("+0100");
    const strict = scrub(ips, true);
    expectNone(strict, [...Object.values(KEYS), "8317708060514475", "+0100"]);
    expect(strict).toContain("2026-03-01 08:59:59.1234 +0000");
    expect(parseReports(bytes(strict))[0]?.value.threads[0]?.registers).toEqual({ pc: 4372611568n, lr: 1n });
    expect(scrub(strict, true)).toBe(strict);
  });

  test("may name what is no personal datum", () => {
    expect(scrub(ips, false, [DATA.mail])).toContain(DATA.mail);
  });

  test("that is cut keeps nothing of the value it was cut in", () => {
    for (let length = ips.length - 1; length > ips.length - 400; length--) {
      const cut = scrub(ips.slice(0, length));
      expectNone(cut, Object.values(KEYS));
      expect(scrub(cut)).toBe(cut);
    }
  });
});

describe("text", () => {
  const text = [
    `Hi, I am ${DATA.mail}, please help. ${MESSAGE}`,
    "",
    "Incident Identifier: 7C2E9A10-4B3D-4E5F-8A90-1B2C3D4E5F60",
    `CrashReporter Key:   ${KEYS.crashReporterKey}`,
    `Beta Identifier:     ${KEYS.deviceIdentifierForVendor}`,
    "Hardware Model:      iPhone17,1",
    "Process:             Harbor [512]",
    `Path:                ${APP_PATH}`,
    "Identifier:          org.windfall.fixtures.Harbor",
    "Version:             2.1 (431)",
    "Code Type:           ARM-64 (Native)",
    "Parent Process:      /Users/janedoe/bin/launcher [1]",
    `Coalition:           com.apple.CoreSimulator.SimDevice.${KEYS.container} [733]`,
    "",
    "Date/Time:           2026-03-01 09:59:59.1234 +0100",
    "OS Version:          iPhone OS 26.0 (23A341)",
    `Baseband Version:    ${KEYS.baseband}`,
    `UDID:                ${KEYS.systemID}`,
    "Report Version:      104",
    "",
    "Exception Type:  EXC_CRASH (SIGABRT)",
    "Exception Codes: 0x0000000000000000, 0x0000000012345678",
    `Exception Reason: ${MESSAGE}`,
    `Termination Reason: FRONTBOARD 2343432205 ${MESSAGE}`,
    MESSAGE,
    "Terminating Process: Harbor [512]",
    "",
    "Triggered by Thread:  0",
    "",
    "Application Specific Information:",
    MESSAGE,
    "",
    `Thread 0 name:  worker of ${DATA.mail}`,
    "Thread 0 Crashed:",
    "0   Harbor                        \t       0x104a0c1f0 start + 76 (/Users/janedoe/src/Harbor.swift:4)",
    "",
    "Thread 0 crashed with ARM Thread State (64-bit):",
    "    x0: 0x736563726574dead   x1: 0x0000000000000000   fp: 0x000000016f3f1a90   lr: 0x0000000104a0c1f0",
    "",
    "Binary Images:",
    `       0x104a08000 -        0x104a17fff Harbor arm64  <${BINARY.replaceAll("-", "")}> ${APP_PATH}`,
    `       0x105a08000 -        0x105a17fff Tweak arm64  <1${BINARY.replaceAll("-", "").slice(1)}> /Library/Tweak.dylib {"install_date":"${DATA.digits}"}`,
    "",
    "EOF",
    `sent from ${DATA.ip4}`,
  ].join("\r\n");
  const output = scrub(text);

  test("has nobody in it", () => expectNone(output, Object.values(KEYS)));

  test("keeps frames, images and codes, line by line", () => {
    const before = text.split("\r\n");
    const after = output.split("\r\n");
    const changed = after.filter((line) => !before.includes(line));
    expect(
      changed.filter((line) =>
        /^(Incident|Hardware|Process:|Identifier|Version|OS Version|Exception Codes)/.test(line),
      ),
    ).toEqual([]);
    expect(output).toContain(
      "0   Harbor                        \t       0x104a0c1f0 start + 76 (/Users/USER/src/Harbor.swift:4)\r\n",
    );
    expect(output).toContain(`<${BINARY.replaceAll("-", "")}> /private/var/containers/Bundle/Application/00000000-`);
    expect(output).toContain("Termination Reason: FRONTBOARD 2343432205 could not log in <email>");
    expect(before.length - after.length).toBe(2);
  });

  test("is scrubbed once, strictly too", () => {
    expect(scrub(output)).toBe(output);
    const strict = scrub(text, true);
    expectNone(strict, [...Object.values(KEYS), "736563726574", "+0100"]);
    expect(strict).toContain("fp: 0x000000016f3f1a90");
    expect(scrub(strict, true)).toBe(strict);
  });

  test("in a mail, behind quotes and with another report behind it", () => {
    const mail = text
      .split("\r\n")
      .map((line) => `> ${line}`)
      .join("\r\n");
    expectNone(scrub(`${mail}\r\n${text}`), Object.values(KEYS));
  });

  test("in a list of strings, and as App Store Connect's log text", () => {
    expectNone(scrub(JSON.stringify([text, text])), Object.values(KEYS));
    const asc = { data: [{ type: "betaCrashLogs", id: "1", attributes: { logText: text } }] };
    expectNone(scrub(JSON.stringify(asc)), Object.values(KEYS));
  });
});

test("a jetsam event: other apps only where strict", () => {
  const jetsam = `${JSON.stringify({ bug_type: "298", incident_id: IPS_HEADER.incident_id, timestamp: IPS_HEADER.timestamp, os_version: IPS_HEADER.os_version })}\n${JSON.stringify(
    {
      crashReporterKey: KEYS.crashReporterKey,
      product: "iPhone17,1",
      memoryStatus: { pageSize: 16384, memoryPages: { free: 1 } },
      largestProcess: "Harbor",
      processes: [
        {
          name: "Harbor",
          pid: 512,
          rpages: 9,
          lifetimeMax: 9,
          states: ["frontmost"],
          reason: "per-process-limit",
          uuid: BINARY,
        },
        {
          name: "SecretDating",
          pid: 513,
          rpages: 1,
          lifetimeMax: 1,
          states: ["suspended"],
          uuid: DATA.uuid.toLowerCase(),
        },
      ],
    },
  )}`;
  const output = scrub(jetsam);
  expectNone(output, [KEYS.crashReporterKey]);
  expect(output).toContain("SecretDating");
  const strict = scrub(jetsam, true);
  expectNone(strict, [KEYS.crashReporterKey, "SecretDating"]);
  expect(strict).toContain('"name":"Harbor"');
  expect(parseReports(bytes(strict))[0]?.value.app).toEqual(parseReports(bytes(jetsam))[0]?.value.app);
});

test("a stackshot and a panic: ids of the boot, notes, the profile of the machine", async () => {
  const stackshot = `${JSON.stringify({ bug_type: "288", incident_id: IPS_HEADER.incident_id, os_version: IPS_HEADER.os_version })}\n${JSON.stringify(
    {
      crashReporterKey: KEYS.crashReporterKey,
      reason: MESSAGE,
      notes: [MESSAGE],
      frontmostPids: [512],
      processByPid: {
        512: { pid: 512, procname: "Harbor", threadById: {} },
        513: {
          pid: 513,
          procname: "SecretDating",
          threadById: { 1: { id: 1, name: DATA.mail, state: ["TH_WAIT"], userFrames: [[0, 16880]] } },
        },
      },
      binaryImages: [[BINARY, 4372594688, "P"]],
    },
  )}`;
  expectNone(scrub(stackshot), [KEYS.crashReporterKey]);
  expectNone(scrub(stackshot, true), [KEYS.crashReporterKey, "SecretDating"]);
  expect(scrub(stackshot)).toContain(BINARY);
  const panic = `${JSON.stringify({ bug_type: "210", os_version: IPS_HEADER.os_version })}\n${JSON.stringify({
    panicString: `panic(cpu 1 caller 0xfffffff0): x\nBoot session UUID: ${KEYS.bootSessionUUID}\nKernel UUID: ${BINARY}\n`,
    crashReporterKey: KEYS.crashReporterKey,
  })}\nModel: MacBookPro15,1, BootROM 1\nUSB Device: iPhone of janedoe\n`;
  const output = scrub(panic);
  expectNone(output, [KEYS.crashReporterKey, KEYS.bootSessionUUID, "MacBookPro15,1"]);
  expect(output).toContain(BINARY);
});

test("text of spindump: settings, other apps and the binary form behind it", () => {
  const text = [
    "Date/Time:        2026-03-01 09:59:59.123 +0100",
    "OS Version:       iPhone OS 26.0 (Build 23A341)",
    "Report Version:   40",
    "",
    "Data Source:      Microstackshots",
    "Command:          Harbor",
    `Path:             ${APP_PATH}`,
    "PID:              512",
    "Event:            cpu usage",
    `Beta Identifier:  ${KEYS.deviceIdentifierForVendor}`,
    "Preferred User Language: gsw-CH",
    "Country Code:     CH",
    "Keyboards:        gsw_CH emoji",
    `Reason:           ${MESSAGE}`,
    "",
    "Powerstats for:   Harbor [512]",
    `UUID:             ${BINARY.toUpperCase()}`,
    "Adam ID:          123456789",
    "Num samples:      2 (100%)",
    "  2  start + 12 (Harbor + 17060) [0x104a0c2a4]",
    `  Thread 0x3ec    Thread name "of ${DATA.mail}"    2 samples (1-2)`,
    "  Binary Images:",
    `         0x104a08000 -        0x104a17fff  Harbor                <${BINARY.toUpperCase()}>  ${APP_PATH}`,
    "",
    "Powerstats for:   SecretDating",
    "UUID:             11111111-2222-3333-4444-555555555555",
    "Num samples:      1 (10%)",
    "  1  ??? (SecretDating + 4) [0x1004]",
    "",
    "Spindump binary format",
    "UGVyc29uYWwgZGF0YSBvZiBqYW5lZG9l",
    "",
  ].join("\n");
  const output = scrub(text);
  expectNone(output, [...Object.values(KEYS), "gsw", "SecretDating", "123456789", "UGVyc29uYWwg", "Country Code"]);
  expect(output).toContain(BINARY.toUpperCase());
  expect(output).toContain("start + 12 (Harbor + 17060) [0x104a0c2a4]");
  expect(scrub(output)).toBe(output);
});

test("MetricKit: region, words of the app, and reasons", async () => {
  const payload = JSON.parse(utf8(await fixture("reports/format-metrickit-crash/input.json"))) as Record<
    string,
    unknown
  >;
  const text = JSON.stringify(payload, (key, value: unknown) => {
    if (key !== "diagnosticMetaData" || value === null || typeof value !== "object") return value;
    return {
      ...value,
      regionFormat: "de_CH",
      terminationReason: MESSAGE,
      virtualMemoryRegionInfo: "0 is not in any region. __TEXT /Users/janedoe/Harbor",
      objectiveCexceptionReason: { composedMessage: MESSAGE, formatString: "x", arguments: [MESSAGE] },
      signpostData: [{ subsystem: "net", category: DATA.uuid, name: DATA.uuid, isInterval: true }],
    };
  });
  expect(text).toContain(DATA.mail);
  const output = scrub(text);
  expectNone(output, ["de_CH"]);
  expect(output).toContain('"regionFormat":"CH"');
});

test("TestFlight's feedback: the person goes, the words stay", () => {
  const feedback = JSON.stringify({
    id: "AAx9Qz81kLmNoPqRsTuVw-_",
    timestamp: "2026-04-30T15:34:54.739Z[UTC]",
    appAppleId: 1234567890,
    cfBundleShortVersion: "2.1",
    cfBundleVersion: "431",
    deviceModel: "iPhone17_1",
    osVersion: "26.3.1",
    locale: "de-CH",
    carrier: "Swisscom",
    timezone: "Europe/Zurich",
    architecture: "arm64e",
    availableDiskBytes: 13_213_456_789,
    totalDiskBytes: 127_989_493_760,
    batteryPercentage: 37,
    emailAddress: DATA.mail,
    comment: `It crashes on start. ${MESSAGE}`,
  });
  const output = scrub(feedback);
  expectNone(output, ["AAx9Qz81kLmNoPqRsTuVw", "Swisscom", "Zurich", "de-CH", "13213456789", ":37"]);
  const { comment, locale, batteryPercentage, availableDiskBytes } = JSON.parse(output) as Record<string, unknown>;
  expect({ locale, batteryPercentage, availableDiskBytes }).toEqual({
    locale: "CH",
    batteryPercentage: 40,
    availableDiskBytes: 13_000_000_000,
  });
  expect(comment).toMatch(/^It crashes on start\. could not log in <email>/);
  expect(scrub(output)).toBe(output);
});

test("KSCrash: the app's own notes, what lay in memory, the install", async () => {
  const report = JSON.parse(utf8(await fixture("reports/kscrash-nsexception/input.json"))) as {
    system: Record<string, unknown>;
    crash: {
      error: Record<string, unknown>;
      threads: { crashed?: boolean; notable_addresses?: unknown; stack?: unknown }[];
    };
    [key: string]: unknown;
  };
  const hash = "b1946ac92492d2347c6235b4d2611184aabbccdd";
  Object.assign(report.system, { device_app_hash: hash, time_zone: "CEST", process_path: "/Users/janedoe/Harbor" });
  report.crash.error["reason"] = MESSAGE;
  report.crash.threads[0] = {
    ...report.crash.threads[0],
    notable_addresses: { x0: { type: "string", value: MESSAGE } },
    stack: { contents: "6A616E65646F65" },
  };
  report["user"] = { id: DATA.uuid, email: DATA.mail, note: MESSAGE };
  report["debug"] = { console_log: [MESSAGE] };
  const text = JSON.stringify(report);
  expectNone(scrub(text), [hash, "CEST"]);
  expectNone(scrub(text, true), [hash, "6A616E65646F65", '"note"']);
  expect(parseReports(bytes(scrub(text)))[0]?.value.images.map(({ uuid }) => uuid)).toEqual(
    parseReports(bytes(text))[0]?.value.images.map(({ uuid }) => uuid),
  );
});

test("logs of use lose their body", () => {
  const text = `{"bug_type":"211","os_version":"iPhone OS 17.0 (21A1)","crashreporter_key":"${KEYS.crashReporterKey}"}\n{"_marker":"<metadata>"}\n{"message":{"Count":3},"name":"${DATA.mail}"}\n`;
  const output = scrub(text);
  expectNone(output, [KEYS.crashReporterKey, "_marker", "Count"]);
  expect(output).toContain('"bug_type":"211"');
  expect(scrub(output)).toBe(output);
});

test("bytes that are no UTF-8, and UTF-16, stay what they are", () => {
  const text = `Exception Type:  EXC_CRASH (SIGABRT)\n\nThread 0 Crashed:\n0   Harbor  \t0x104a0c1f0 start + 1\n\nApplication Specific Information:\n${DATA.mail}\n`;
  const latin = Uint8Array.from([...bytes(text), 0x66, 0xfc, 0x72, 0x0a]);
  expect(Array.from(scrubReport(latin, { secret: "s" }).slice(-4))).toEqual([0x66, 0xfc, 0x72, 0x0a]);
  const wide = new Uint8Array(2 + text.length * 2);
  wide.set([0xff, 0xfe]);
  for (let i = 0; i < text.length; i++) wide[2 + i * 2] = text.charCodeAt(i);
  const output = scrubReport(wide, { secret: "s" });
  expect([output[0], output[1]]).toEqual([0xff, 0xfe]);
  expect(new TextDecoder("utf-16le").decode(output)).toBe(text.replace(DATA.mail, "<email>"));
});

test("Meter's log of an exception: words in base64, addresses stay", () => {
  const base64 = (text: string) => btoa(text);
  const log = [
    `1 {"type":"objc","name":"${base64("NSGenericException")}","reason":"${base64(`no way to reach ${DATA.mail}`)}","time_ms":1646487651000}`,
    '2 {"pc":7268352440}',
    `3 {"address":7267287040, "uuid":"${BINARY.toUpperCase()}", "path":"/Users/janedoe/Harbor.app/Contents/MacOS/Harbor"}`,
    "",
  ].join("\n");
  const output = scrub(log);
  expectNone(output, [base64(`no way to reach ${DATA.mail}`)]);
  expect(output).toContain(base64("no way to reach <email>"));
  expect(output).toContain('2 {"pc":7268352440}\n');
  expect(output).toContain(BINARY.toUpperCase());
  expect(scrub(output)).toBe(output);
});

test("old jetsam and panic texts keep their tables", () => {
  const panic = [
    `Anonymous UUID:       ${KEYS.bootSessionUUID}`,
    "",
    "*** Panic Report ***",
    'panic(cpu 1 caller 0xffffff8009a3f1aa): "a message"@/Users/janedoe/xnu/osfmk/trap.c:1',
    `Kernel UUID: ${BINARY.toUpperCase()}`,
    "       com.apple.driver.X(5.1.2.3)[11111111-2222-3333-4444-555555555555]@0xffffff7f8a000000->0xffffff7f8a00ffff",
    `Boot session UUID: ${KEYS.bootSessionUUID}`,
    "",
  ].join("\n");
  const output = scrub(panic);
  expectNone(output, [KEYS.bootSessionUUID]);
  expect(output).toContain("5.1.2.3)[11111111-2222-3333-4444-555555555555]@0xffffff7f8a000000");
  expect(scrub(output)).toBe(output);
});

test.each(["sentry-event", "measure-exception"])("%s: the user goes, in whatever words", async (name) => {
  const text = utf8(await fixture(`reports/format-${name}/input.json`));
  const root = JSON.parse(text) as Record<string, unknown>;
  const user = {
    id: DATA.uuid,
    email: DATA.mail,
    username: "janedoe",
    ip_address: DATA.ip4,
    phone: DATA.phone,
    note: MESSAGE,
  };
  const output = scrub(JSON.stringify({ ...root, user, person: user, extra: { trip: MESSAGE } }));
  expectNone(output);
  expect(parseReports(bytes(output)).map(({ value }) => value.images.length)).toEqual(
    parseReports(bytes(text)).map(({ value }) => value.images.length),
  );
});

/** The three forms of property lists, whole, cut and hostile. */
import { expect, test } from "vitest";
import { corpus, hasCorpus } from "../../../test/files.ts";
import { MAX_PLIST_BYTES, MAX_PLIST_DEPTH, MAX_PLIST_VALUES } from "./limits.ts";
import { readPlist } from "./plist.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const value = (input: Uint8Array | string) => readPlist(typeof input === "string" ? encode(input) : input).value;
const xml = (body: string): Uint8Array =>
  encode(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">${body}</plist>`);

/** Written by Python's plistlib: 25 keys, a nested dictionary, a list, numbers, a date, data, text beyond Latin-1, a long text. */
const BINARY = base64(
  [
    "YnBsaXN0MDDfEBkBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEmJygpKissLS4vMDEyMzQ1Nl8QE0NGQnVuZGxlRGlzcGxheU5hbW",
    "VfEBJDRkJ1bmRsZUlkZW50aWZpZXJfEBpDRkJ1bmRsZVNob3J0VmVyc2lvblN0cmluZ18QD0NGQnVuZGxlVmVyc2lvbl5EVFBsYXRmb3JtTmFt",
    "ZVREYXRhVERhdGVVRGVwdGhUS2V5MFRLZXkxVUtleTEwVUtleTExVEtleTJUS2V5M1RLZXk0VEtleTVUS2V5NlRLZXk3VEtleThUS2V5OV8QEk",
    "xTUmVxdWlyZXNJUGhvbmVPU1RMb25nVk51bWJlclRSZWFsXxAcVUlSZXF1aXJlZERldmljZUNhcGFiaWxpdGllc2cASADkAGYAZQBuACBuL18Q",
    "Em9yZy5leGFtcGxlLkhhcmJvclQyLjEwUzIxMFhpcGhvbmVvc0J4eDNBx4L4QAAAANEiI1VJbm5lctEkJVRUZXh0VGRlZXBXdmFsdWUgMFd2YW",
    "x1ZSAxWHZhbHVlIDEwWHZhbHVlIDExV3ZhbHVlIDJXdmFsdWUgM1d2YWx1ZSA0V3ZhbHVlIDVXdmFsdWUgNld2YWx1ZSA3V3ZhbHVlIDhXdmFs",
    "dWUgOQlfEQEseHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eH",
    "h4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4",
    "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eH",
    "h4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4EAcjP/gAAAAAAAChN1Vhcm02NAAI",
    "AD0AUwBoAIUAlwCmAKsAsAC2ALsAwADGAMwA0QDWANsA4ADlAOoA7wD0AQkBDgEVARoBOQFIAV0BYgFmAW8BcgF7AX4BhAGHAYwBkQGZAaEBqg",
    "GzAbsBwwHLAdMB2wHjAesB8wH0AyQDJgMvAzEAAAAAAAACAQAAAAAAAAA4AAAAAAAAAAAAAAAAAAADNw==",
  ].join(""),
);

const FACTS = {
  CFBundleIdentifier: "org.example.Harbor",
  CFBundleShortVersionString: "2.10",
  CFBundleVersion: "210",
  CFBundleDisplayName: "Häfen 港",
  DTPlatformName: "iphoneos",
  Depth: { Inner: { Text: "deep" } },
  Key11: "value 11",
};

test("an XML one gives every kind of value", () => {
  expect(
    value(
      xml(`
  <dict>
    <key>CFBundleIdentifier</key> <string>org.example.Harbor</string>
    <!-- <key>CFBundleVersion</key><string>999</string> -->
    <key>UIDeviceFamily</key> <array> <integer>1</integer> <string>two</string> <dict><key>a</key><string>5</string></dict> </array>
    <key>LSRequiresIPhoneOS</key> <true/> <key>Not</key> <false/>
    <key>Empty</key> <string/> <key>None</key> <array/> <key>Bare</key> <dict/>
    <key>Number</key> <integer>-3</integer> <key>Large</key> <integer>18446744073709551615</integer> <key>Real</key> <real>1.5</real>
    <key>CreationDate</key> <date>2026-04-12T18:04:38Z</date> <key>Data</key> <data> eHgz
      Qg== </data>
    <key>CFBundleName</key> <string>Tea &amp; &#x48;arbor &lt;2&gt;</string>
    <key>Script</key> <string>a <![CDATA[<b> & c]]> d</string>
    <key>CFBundleVersion</key> <string>211</string>
  </dict>`),
    ),
  ).toEqual({
    CFBundleIdentifier: "org.example.Harbor",
    UIDeviceFamily: [1, "two", { a: "5" }],
    LSRequiresIPhoneOS: true,
    Not: false,
    Empty: "",
    None: [],
    Bare: {},
    Number: -3,
    Large: 18446744073709551615n,
    Real: 1.5,
    CreationDate: "2026-04-12T18:04:38Z",
    Data: "eHgzQg==",
    CFBundleName: "Tea & Harbor <2>",
    Script: "a <b> & c d",
    CFBundleVersion: "211",
  });
});

test("a binary one gives the same kinds", () => {
  expect(value(BINARY)).toMatchObject({
    ...FACTS,
    Long: "x".repeat(300),
    LSRequiresIPhoneOS: true,
    Real: 1.5,
    Data: "eHg=",
    Date: "2026-01-01T00:00:00.000Z",
  });
});

test("the text form, as Foundation describes a dictionary", () => {
  const { value, problems } = readPlist(
    encode(`{
    appVersion = "1.0";
    applicationExitMetrics =     {
        backgroundExitData =         {
            cumulativeAbnormalExitCount = 0;
        };
    };
    "cellular \\"4G\\"" = "1,106,818\\U5343\\U5b57\\U8282\\n";
    list =     (
        a,
                {
            b = c;
        },
        "d e"
    );
    empty =     (
    );
    token = <0fbd77 1c>; /* a comment */ path = /var/mobile/x.y-z:1;
}; what follows is not read`),
  );
  expect(value).toEqual({
    appVersion: "1.0",
    applicationExitMetrics: { backgroundExitData: { cumulativeAbnormalExitCount: "0" } },
    'cellular "4G"': "1,106,818千字节\n",
    list: ["a", { b: "c" }, "d e"],
    empty: [],
    token: "<0fbd77 1c>",
    path: "/var/mobile/x.y-z:1",
  });
  expect(problems).toEqual([]);
});

test.for([
  ["text", '{ a = b; c = { d = e; f = "g'],
  [
    "XML",
    "<plist><dict><key>a</key><string>b</string><key>c</key><dict><key>d</key><string>e</string><key>f</key><stri",
  ],
])("cut in the middle, %s keeps what was complete", ([, text = ""]) => {
  const { value, problems } = readPlist(encode(text));
  expect(value).toEqual({ a: "b", c: { d: "e" } });
  expect(problems).toMatchObject([{ code: "truncated" }]);
});

test("a key __proto__ changes no prototype", () => {
  for (const text of ['{ "__proto__" = { x = 1; }; }', "<plist><dict><key>__proto__</key><dict/></dict></plist>"]) {
    const read = value(text) as object;
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.keys(read)).toEqual(["__proto__"]);
  }
});

test.for([
  ["empty", new Uint8Array()],
  ["blanks", encode("  \n")],
  ["no property list", encode("]hello")],
  ["a web page", encode("<html><body>hello</body></html>")],
  ["a binary head alone", encode("bplist00")],
  ["a trailer of ones", Uint8Array.from([...encode("bplist00"), ...new Uint8Array(40).fill(255)])],
  ["larger than any", new Uint8Array(MAX_PLIST_BYTES + 1)],
  ["one dictionary too deep", xml("<key>a</key><dict>".repeat(MAX_PLIST_DEPTH + 1))],
  ["one list too deep in text", encode("(".repeat(MAX_PLIST_DEPTH + 1))],
  ["one value too many in text", encode(`(${"a,".repeat(MAX_PLIST_VALUES)}`)],
] as const)("%s: refused with a reason", ([, bytes]) => {
  expect(() => readPlist(bytes)).toThrow(expect.objectContaining({ name: "FormatError" }));
});

test("as many as allowed are read", () => {
  const deep = (count: number) => `${"<dict><key>a</key>".repeat(count)}<string>x</string>${"</dict>".repeat(count)}`;
  expect(JSON.stringify(value(xml(deep(MAX_PLIST_DEPTH))))).toContain('"x"');
  expect(value(encode(`(${"a,".repeat(MAX_PLIST_VALUES - 1)})`))).toHaveLength(MAX_PLIST_VALUES - 1);
});

test("a binary one with more objects than the limit is refused before it is read", () => {
  const large = BINARY.slice();
  const view = new DataView(large.buffer);
  view.setBigUint64(large.length - 24, BigInt(MAX_PLIST_VALUES + 1));
  expect(() => readPlist(large)).toThrow(`more than ${MAX_PLIST_VALUES} objects`);
  view.setBigUint64(large.length - 24, BigInt(MAX_PLIST_VALUES));
  expect(value(large)).toMatchObject({ CFBundleVersion: "210" });
});

test("a small binary one that means a tree without end is refused", () => {
  // Ten lists of ten references to the next: ten to the tenth values.
  const levels = 10;
  const objects = Array.from({ length: levels }, (_, i) => [0xaa, ...Array<number>(10).fill(i + 1)]);
  const bodies = [...objects, [0x09]];
  const offsets: number[] = [];
  let at = 8;
  for (const body of bodies) {
    offsets.push(at);
    at += body.length;
  }
  const trailer = [0, 0, 0, 0, 0, 0, 1, 1, ...eight(bodies.length), ...eight(0), ...eight(at)];
  const bytes = Uint8Array.from([...encode("bplist00"), ...bodies.flat(), ...offsets, ...trailer]);
  expect(() => readPlist(bytes)).toThrow(`more than ${MAX_PLIST_VALUES} values`);
});

const eight = (value: number): number[] => [0, 0, 0, 0, 0, 0, 0, value];

test("cut or changed anywhere, it is read or refused, never anything else", () => {
  const text = encode('{ a = "b\\U4e2d"; c = ( d, <0f>, { e = f; } ); /* g */ }');
  const asXml = xml("<dict><key>a</key><array><integer>1</integer><true/><date>x</date></array></dict>");
  for (const whole of [BINARY, text, asXml]) {
    for (let at = 0; at < whole.length; at++) {
      for (const bytes of [whole.subarray(0, at), whole.with(at, 255), whole.with(at, 0), whole.with(at, 0x3c)]) {
        try {
          readPlist(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: "FormatError" });
        }
      }
    }
  }
});

test.for(["<!--", "<aaaaaaaaaaaaaaaaaaaa ", "<", "<key>", "&#", "<![CDATA[", '{"\\', "/*", "{a=", "\\U", "(<", '("'])(
  "a megabyte of %s costs no more than its length",
  (text) => {
    expect(() => {
      const { problems } = readPlist(encode(text.repeat(1_000_000 / text.length)));
      if (problems.length > 0) throw new Error("cut");
    }).toThrow();
  },
);

test.runIf(hasCorpus)("real ones of Xcode, XML and binary", async () => {
  const archive = "corpus/dsym/fastlane-xcarchive/very capable app.xcarchive";
  expect(value(await corpus(`${archive}/Info.plist`))).toMatchObject({
    ArchiveVersion: 2,
    ApplicationProperties: { CFBundleIdentifier: expect.any(String) as string },
  });
  expect(value(await corpus(`${archive}/Products/Applications/very capable app.app/Info.plist`))).toMatchObject({
    CFBundlePackageType: "APPL",
  });
});

/** Property lists as Xcode writes them, in both forms; and what damaged ones do. */
import { expect, test } from "vitest";
import { MAX_PLIST_BYTES, MAX_PLIST_DEPTH, MAX_PLIST_OBJECTS, readPlist } from "./plist.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const xml = (body: string): Uint8Array =>
  encode(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">${body}</plist>`);

/** Written by Python's plistlib: 25 keys, a nested dictionary, a list, numbers, a date, data, text beyond Latin-1, a long text. */
const BINARY = Buffer.from(
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
  "base64",
);

test("an XML property list gives its texts, whatever stands between them", () => {
  const texts = readPlist(
    xml(`
  <dict>
    <key>CFBundleIdentifier</key> <string>org.example.Harbor</string>
    <!-- <key>CFBundleVersion</key><string>999</string> -->
    <key>UIDeviceFamily</key> <array> <integer>1</integer> <string>not a value</string> <dict><key>CFBundleVersion</key><string>5</string></dict> </array>
    <key>LSRequiresIPhoneOS</key> <true/>
    <key>Empty</key> <string/>
    <key>None</key> <array/>
    <key>Bare</key> <dict/>
    <key>Number</key> <integer>3</integer>
    <key>CFBundleName</key> <string>Tea &amp; &#x48;arbor &lt;2&gt;</string>
    <key>ApplicationProperties</key>
    <dict> <key>CFBundleVersion</key> <string>210</string> </dict>
    <key>CFBundleVersion</key> <string>211</string>
  </dict>`),
  );
  expect(texts).toEqual({
    CFBundleIdentifier: "org.example.Harbor",
    Empty: "",
    Bare: {},
    CFBundleName: "Tea & Harbor <2>",
    ApplicationProperties: { CFBundleVersion: "210" },
    CFBundleVersion: "211",
  });
});

test("a binary one gives the same", () => {
  expect(readPlist(BINARY)).toMatchObject({
    CFBundleIdentifier: "org.example.Harbor",
    CFBundleShortVersionString: "2.10",
    CFBundleVersion: "210",
    CFBundleDisplayName: "Häfen 港",
    DTPlatformName: "iphoneos",
    Depth: { Inner: { Text: "deep" } },
    Key11: "value 11",
    Long: "x".repeat(300),
  });
  expect(Object.keys(readPlist(BINARY))).not.toContain("UIRequiredDeviceCapabilities");
});

test.for([
  ["empty", new Uint8Array()],
  ["no property list", encode("hello")],
  ["a binary head alone", encode("bplist00")],
  ["a trailer of ones", Uint8Array.from([...encode("bplist00"), ...new Uint8Array(40).fill(255)])],
  ["a list at the top", xml("<array><string>a</string></array>")],
  ["larger than any", new Uint8Array(MAX_PLIST_BYTES + 1)],
  ["one dictionary too deep", xml("<key>a</key><dict>".repeat(MAX_PLIST_DEPTH + 1))],
] as const)("%s: refused with a reason", ([, bytes]) => {
  expect(() => readPlist(bytes)).toThrow(expect.objectContaining({ name: "FormatError" }));
});

test("a binary one with more objects than the limit is refused before it is read", () => {
  const large = Buffer.from(BINARY);
  large.writeBigUInt64BE(BigInt(MAX_PLIST_OBJECTS + 1), large.length - 24);
  expect(() => readPlist(large)).toThrow(`more than ${MAX_PLIST_OBJECTS} objects`);
  large.writeBigUInt64BE(BigInt(MAX_PLIST_OBJECTS), large.length - 24);
  expect(readPlist(large)).toMatchObject({ CFBundleVersion: "210" });
});

test("as many dictionaries as allowed are read", () => {
  const deep = (count: number) => `${"<dict><key>a</key>".repeat(count)}<string>x</string>${"</dict>".repeat(count)}`;
  expect(JSON.stringify(readPlist(xml(deep(MAX_PLIST_DEPTH))))).toContain('"x"');
});

test("cut or changed anywhere, it is read or refused, never anything else", () => {
  for (let at = 0; at < BINARY.length; at++) {
    for (const bytes of [BINARY.subarray(0, at), BINARY.with(at, 255), BINARY.with(at, 0)]) {
      try {
        readPlist(bytes);
      } catch (error) {
        expect(error).toMatchObject({ name: "FormatError" });
      }
    }
  }
});

test.for(["<!--", "<aaaaaaaaaaaaaaaaaaaa ", "<", "<key>", "&#"])(
  "a megabyte of %s costs no more than its length",
  (text) => {
    expect(() => readPlist(encode(text.repeat(1_000_000 / text.length)))).toThrow("no property list");
  },
);

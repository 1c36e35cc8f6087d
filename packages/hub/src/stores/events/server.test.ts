import { expect, test } from "vitest";
import { EventEngineError } from "./event-engine.ts";
import { dictionarySource, parseServerAddress } from "./server.ts";

test.for([
  [
    "https://wind:p%40ss%2Fw%27@clickhouse:8443/windfall",
    { url: "https://clickhouse:8443/", username: "wind", password: "p@ss/w'" },
  ],
  ["http://127.0.0.1:8123", { url: "http://127.0.0.1:8123/", username: "default", password: "" }],
] as const)("%s is taken apart", ([address, expected]) => {
  const server = parseServerAddress(address);
  expect(server).toEqual(expected);
  expect(dictionarySource(server)).toEqual({ user: expected.username, password: expected.password });
});

test.for([
  "clickhouse:8443",
  "",
  "file:///etc/passwd",
  "https://u:secret@host/windfall?cluster=main",
  "https://u:secret@",
])("%j is refused without repeating it", (address) => {
  expect(() => parseServerAddress(address)).toThrow(EventEngineError);
  expect(() => parseServerAddress(address)).not.toThrow(/secret/);
});

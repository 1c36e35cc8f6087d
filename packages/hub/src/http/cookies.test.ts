import { expect, test } from "vitest";
import { createSessionCookies } from "./cookies.ts";

const LATER = "2027-01-01T00:00:00.000Z";
const sending = (cookie: string) => new Request("http://127.0.0.1/", { headers: { cookie } });

test.each([
  ["http://127.0.0.1:7878", "windfall_session_7878", "Path=/; HttpOnly; SameSite=Lax"],
  ["http://crashes.example.org", "windfall_session", "Path=/; HttpOnly; SameSite=Lax"],
  ["https://crashes.example.org", "__Host-windfall_session", "Path=/; HttpOnly; SameSite=Lax; Secure"],
  ["https://example.org:8443", "__Host-windfall_session_8443", "Path=/; HttpOnly; SameSite=Lax; Secure"],
])("of %s", (publicUrl, name, attributes) => {
  const cookies = createSessionCookies(publicUrl);
  expect(cookies.name).toBe(name);
  expect(cookies.begin("secret", LATER)).toBe(`${name}=secret; ${attributes}; Expires=Fri, 01 Jan 2027 00:00:00 GMT`);
  expect(cookies.end()).toBe(`${name}=; ${attributes}; Max-Age=0`);
  expect(cookies.tokensOf(sending(`other=1; ${name}=secret`))).toEqual(["secret"]);
});

test.each([
  ["nothing", "", []],
  ["that of a hub on another port", "windfall_session_7879=theirs", []],
  ["both", "windfall_session_7879=theirs; windfall_session_7878=ours", ["ours"]],
  ["one from before the port was in the name", "windfall_session=older", ["older"]],
  ["that one and a newer", "windfall_session=older; windfall_session_7878=ours", ["ours", "older"]],
  [
    "one that a neighbour could not have set",
    "windfall_session_7878=x; __Host-windfall_session_7878=ours",
    ["ours", "x"],
  ],
  ["the same name twice", "windfall_session_7878=ours; windfall_session_7878=wider", ["ours"]],
  ["an ended one", "windfall_session_7878=; windfall_session=older", ["older"]],
  ["a name alone", "windfall_session_7878", []],
])("a browser that sends %s", (_, header, tokens) => {
  expect(createSessionCookies("http://127.0.0.1:7878").tokensOf(sending(header))).toEqual(tokens);
});

import { expect, test } from "vitest";
import { nameOfUpload } from "./upload-name.ts";

const request = (disposition?: string) =>
  new Request("http://hub/", { headers: disposition === undefined ? {} : { "content-disposition": disposition } });

test.each([
  ["Harbor", undefined, "Harbor"],
  ["Harbor.gz", undefined, "Harbor"],
  ["Harbor.dSYM.zip.gz", 'attachment; filename="other"', "Harbor.dSYM.zip"],
  ["", 'attachment; filename="Harbor Kit"', "Harbor Kit"],
  [undefined, "attachment; filename=Harbor.gz; size=7", "Harbor"],
  [undefined, "filename=Harbor", "Harbor"],
  [undefined, "attachment; filename=Teehaus; filename*=UTF-8''Teeh%C3%A4user", "Teehäuser"],
  [undefined, "attachment; filename=Teehaus; filename*=UTF-8''%ff", "Teehaus"],
  [undefined, "attachment", "upload"],
  [undefined, 'attachment; filename=""', "upload"],
  [undefined, undefined, "upload"],
  [".gz", undefined, ".gz"],
])("?name=%s and %s: %s", (asked, disposition, name) => {
  expect(nameOfUpload(request(disposition), asked)).toBe(name);
});

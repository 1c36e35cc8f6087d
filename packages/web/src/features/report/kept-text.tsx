/** A log that is kept as it came: there is nothing in it to take apart. */
import { useState } from "react";
import { plural } from "../../ui/numbers.ts";
import { visibleBlock } from "../../ui/visible-text.ts";
import type { Report } from "../stack/roles.ts";

const LINES = 40;
/** Of one that is shown whole: a browser lays out no more in a moment. */
const MAX_LINES = 20_000;

export function KeptText({ report: { metadata, threads } }: { readonly report: Report }) {
  const [all, setAll] = useState(false);
  const text = metadata["text"];
  if (typeof text !== "string" || threads.length > 0 || text.trim() === "") return null;
  const lines = text.trimEnd().split(/\r\n|[\n\r]/);
  const shown = lines.slice(0, all ? MAX_LINES : LINES);
  return (
    <section className="section" aria-labelledby="text">
      <div className="section__head">
        <h2 id="text">Text</h2>
        <span className="note">{plural(lines.length, "line")}, as the system wrote them</span>
      </div>
      <pre className="kept" tabIndex={0} aria-labelledby="text">
        {visibleBlock(shown.join("\n"))}
      </pre>
      {!all && lines.length > LINES && (
        <button type="button" className="btn" onClick={() => setAll(true)}>
          {`Show ${lines.length > MAX_LINES ? `the first ${MAX_LINES}` : "all"} lines`}
        </button>
      )}
    </section>
  );
}

/** What is missing, one by one: the exact file, and how it is found and sent. */
import type { SymbolGap } from "@windfall/api";
import { useState } from "react";
import { Command } from "../../ui/copy.tsx";
import { Icon } from "../../ui/icon.tsx";
import { exactCount, plural } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import { ciRunName } from "../builds/ci-name.ts";
import { buildName } from "./matrix.tsx";

export interface GapsProps {
  readonly gaps: readonly SymbolGap[];
  readonly hubUrl: string;
}

const SHOWN = 10;
const BUILDS_NAMED = 3;

export function Gaps({ gaps, hubUrl }: GapsProps) {
  const [all, setAll] = useState(false);
  const shown = all ? gaps : gaps.slice(0, SHOWN);
  return (
    <section className="section section--line" aria-labelledby="gaps">
      <div className="section__head">
        <h2 id="gaps">Gaps</h2>
        <span className="note">
          most crashes first; when you have the file, drop it above or send it with the command
        </span>
      </div>
      <Command text={`windfall symbols upload PATH --hub ${hubUrl}`} />
      <ul className="chain">
        {shown.map((gap) => (
          <Gap key={gap.uuid} gap={gap} />
        ))}
      </ul>
      {shown.length < gaps.length && (
        <button type="button" className="btn" onClick={() => setAll(true)}>
          {`Show all ${exactCount(gaps.length)}`}
        </button>
      )}
    </section>
  );
}

function Gap({ gap: { name, arch, uuid, state, builds, crashes, heldUuid } }: { readonly gap: SymbolGap }) {
  const named = builds.slice(0, BUILDS_NAMED).map((build) => visible(buildName(build)));
  const where = [...named, ...(builds.length > named.length ? [`${builds.length - named.length} more`] : [])].join(
    ", ",
  );
  const machine = builds.find(({ ci }) => ci !== null)?.ci;
  return (
    <li>
      <Icon name={state === "missing" ? "wrong" : "mismatch"} tone={state === "missing" ? "bad" : "warn"} />
      <div className="stack stack--8">
        <div className="wrap-any">
          <b>
            {state === "missing"
              ? `${visible(name)} is missing in ${where}`
              : `${visible(name)} in ${where} has another UUID`}
          </b>{" "}
          <span className="muted">{`${visible(arch)} ${visible(uuid).toUpperCase()}`}</span>
        </div>
        {isUuid(uuid) && <Command text={`mdfind "com_apple_xcode_dsym_uuids == ${uuid.toUpperCase()}"`} />}
        <p className="note wrap-any">
          {state === "mismatched"
            ? `Held is ${visible(heldUuid ?? "").toUpperCase()}, which is no known build: a rebuild has another UUID and is never applied. Take the dSYM of the shipped archive.`
            : machine
              ? `Built by ${visible(ciRunName(machine))}: the dSYM is in the archive it made. On a Mac the command finds it.`
              : "On a Mac the command finds the dSYM or the archive; in Xcode's Organizer: Show in Finder, Show Package Contents, dSYMs."}
        </p>
      </div>
      <span className="note nowrap">{crashes === 0 ? "no crash yet" : plural(crashes, "crash", "crashes")}</span>
    </li>
  );
}

/** It becomes part of a command, and it came from outside. */
export const isUuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

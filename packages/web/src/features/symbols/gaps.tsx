/** What is missing, and what is held and gives less than names and lines, one by one: the exact file, and how it is found and sent. */
import type { LesserImage, SymbolGap } from "@windfall/api";
import { useState } from "react";
import { Command } from "../../ui/copy.tsx";
import { Icon } from "../../ui/icon.tsx";
import { exactCount, plural } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import { buildName } from "./matrix.tsx";

export interface GapsProps {
  readonly gaps: readonly SymbolGap[];
  readonly hubUrl: string;
}

const BUILDS_NAMED = 3;

export function Gaps({ gaps, hubUrl }: GapsProps) {
  return (
    <ImageList
      id="gaps"
      title="Gaps"
      note="most crashes first; when you have the file, drop it above or send it with the command"
      command={`windfall symbols upload PATH --hub ${hubUrl}`}
      images={gaps}
    />
  );
}

export function Lesser({ images }: { readonly images: readonly LesserImage[] }) {
  return (
    <ImageList id="lesser" title="Held, without lines" note="the right file would take its place" images={images} />
  );
}

interface ImageListProps {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly command?: string;
  readonly images: readonly (SymbolGap | LesserImage)[];
}

const SHOWN = 10;

function ImageList({ id, title, note, command, images }: ImageListProps) {
  const [all, setAll] = useState(false);
  const shown = all ? images : images.slice(0, SHOWN);
  return (
    <section className="section section--line" aria-labelledby={id}>
      <div className="section__head">
        <h2 id={id}>{title}</h2>
        <span className="note">{note}</span>
      </div>
      {command !== undefined && <Command text={command} />}
      <ul className="chain">
        {shown.map((image) => (
          <Image key={image.uuid} image={image} />
        ))}
      </ul>
      {shown.length < images.length && (
        <button type="button" className="btn" onClick={() => setAll(true)}>
          {`Show all ${exactCount(images.length)}`}
        </button>
      )}
    </section>
  );
}

function Image({ image }: { readonly image: SymbolGap | LesserImage }) {
  const { name, arch, uuid, builds, crashes, verdict } = image;
  const named = builds.slice(0, BUILDS_NAMED).map((build) => visible(buildName(build)));
  const where = [...named, ...(builds.length > named.length ? [`${builds.length - named.length} more`] : [])].join(
    ", ",
  );
  const isMissing = verdict.case === "missing" || verdict.case === "no-symbols";
  return (
    <li>
      <Icon name={isMissing ? "wrong" : "mismatch"} tone={isMissing ? "bad" : "warn"} />
      <div className="stack stack--8">
        <div className="wrap-any">
          <b>{headline(verdict.case, visible(name), where)}</b>{" "}
          <span className="muted">{`${visible(arch)} ${visible(uuid).toUpperCase()}`}</span>
        </div>
        {verdict.command !== undefined && <Command text={verdict.command} />}
        <p className="note wrap-any">{`${visible(sentence(verdict.why))}.`}</p>
        <details>
          <summary className="note">Where to get it</summary>
          <ul className="note">
            {verdict.ways.map((way) => (
              <li key={way} className="wrap-any">
                {visible(way)}
              </li>
            ))}
          </ul>
        </details>
      </div>
      <span className="note nowrap">{crashes === 0 ? "no crash yet" : plural(crashes, "crash", "crashes")}</span>
    </li>
  );
}

function headline(which: SymbolGap["verdict"]["case"], name: string, where: string): string {
  if (which === "missing") return `${name} is missing in ${where}`;
  if (which === "uuid-mismatch") return `${name} in ${where} has another UUID`;
  if (which === "wrong-architecture") return `${name} in ${where} lacks this architecture`;
  if (which === "debug-map") return `${name} in ${where} is the binary, not its dSYM`;
  return `${name} in ${where} gives names, no lines`;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

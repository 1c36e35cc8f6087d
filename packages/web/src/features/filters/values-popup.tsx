/** One filter with its values, most crashes first. Ticking makes a draft; Show applies it, Enter shows only that value. */
import { useQuery } from "@tanstack/react-query";
import type { Facets } from "@windfall/api";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useHub } from "../../hub/hub.ts";
import { facetsQuery } from "../../hub/queries.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loading, problemSentence } from "../../ui/loading.tsx";
import { exactCount, plural } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import { type Dimension, type View, viewFilters } from "./view.ts";

type FacetValue = Facets["device"][number];

export interface ValuesPopupProps {
  readonly appId: string;
  readonly dimension: Dimension;
  readonly label: string;
  readonly view: View;
  readonly apply: (values: readonly string[]) => void;
}

export function ValuesPopup({ appId, dimension, label, view, apply }: ValuesPopupProps) {
  const { client, now } = useHub();
  const [draft, setDraft] = useState<readonly string[]>(view[dimension]);
  const [search, setSearch] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  // Without its own filter: else the one value that is chosen would be the only one to choose.
  const facets = useQuery(facetsQuery(client, appId, viewFilters({ ...view, [dimension]: [] }, now())));
  // Reports that name none cannot be asked for by name.
  const found = facets.data?.[dimension].filter((entry) => entry.value !== "") ?? [];
  const chosenOnly = view[dimension].filter((value) => !found.some((entry) => entry.value === value));
  const entries: readonly FacetValue[] = [...chosenOnly.map((value) => ({ value, crashes: 0 })), ...found];
  const words = search.trim().toLowerCase();
  const shown = entries.filter(({ value, label = "" }) => `${label} ${value}`.toLowerCase().includes(words));
  const toggle = (value: string) =>
    setDraft(draft.includes(value) ? draft.filter((other) => other !== value) : [...draft, value]);

  const move = (event: KeyboardEvent, step: number) => {
    event.preventDefault();
    const options = [...(list.current?.querySelectorAll<HTMLElement>("[role=option]") ?? [])];
    const index = options.findIndex((option) => option === document.activeElement);
    options[Math.max(0, Math.min(options.length - 1, index + step))]?.focus();
  };

  return (
    <div
      className="popup"
      role="dialog"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === "ArrowDown") move(event, 1);
        if (event.key === "ArrowUp") move(event, -1);
      }}
    >
      <div className="popup__search">
        <Icon name="search" />
        <input
          type="search"
          aria-label={`Search ${label.toLowerCase()}`}
          aria-controls={id}
          placeholder="Search"
          autoFocus
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            const first = shown[0];
            if (words !== "" && first) apply([first.value]);
          }}
        />
        {words !== "" && <span className="note push nowrap">{`${shown.length} of ${entries.length}`}</span>}
      </div>
      <div className="popup__list" role="listbox" aria-label={label} aria-multiselectable="true" id={id} ref={list}>
        {shown.map(({ value, crashes, label: name = value }) => (
          <div
            key={value}
            className="popup__item"
            role="option"
            tabIndex={-1}
            aria-selected={draft.includes(value)}
            onClick={() => toggle(value)}
            onKeyDown={(event) => {
              if (event.key !== " " && event.key !== "Enter") return;
              event.preventDefault();
              if (event.key === " ") toggle(value);
              else apply([value]);
            }}
          >
            <span className="check" aria-checked={draft.includes(value)} aria-hidden="true">
              <Icon name="check" />
            </span>
            <span className="clip" title={visible(value)}>
              {visible(name)}
            </span>{" "}
            <span className="v" title={plural(crashes, "crash", "crashes")}>
              {exactCount(crashes)}
            </span>
          </div>
        ))}
      </div>
      {facets.isPending && <Loading label={`Loading ${label.toLowerCase()}`} rows={3} />}
      {facets.isError && <p className="note popup__head">{problemSentence(facets.error)}</p>}
      {facets.isSuccess && shown.length === 0 && (
        <p className="note popup__head">{words === "" ? "No crash in these days names one." : "Nothing matches."}</p>
      )}
      <div className="popup__foot">
        <span className="keys">
          <span>
            <kbd>↵</kbd>only this
          </span>
          <span>
            <kbd>space</kbd>add
          </span>
        </span>
        <span className="push row row--tight row--keep">
          <button
            type="button"
            className="btn btn--quiet btn--text"
            disabled={draft.length === 0}
            onClick={() => apply([])}
          >
            Clear
          </button>
          <button type="button" className="btn btn--primary" onClick={() => apply(draft)}>
            Show
          </button>
        </span>
      </div>
    </div>
  );
}

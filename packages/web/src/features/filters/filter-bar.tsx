/** The filters of a page: one joined control, and on a phone a button with a line of words. All of it is the address. */
import { useQuery } from "@tanstack/react-query";
import { useLocation, useSearch } from "wouter";
import { useHub } from "../../hub/hub.ts";
import { appsQuery, facetsQuery, overviewQuery } from "../../hub/queries.ts";
import { CopyButton } from "../../ui/copy.tsx";
import { addDays, dayOf, range } from "../../ui/dates.ts";
import { Icon } from "../../ui/icon.tsx";
import { Popup } from "../../ui/popup.tsx";
import { visible } from "../../ui/visible-text.ts";
import { DatesPopup } from "./dates-popup.tsx";
import { useView } from "./use-view.ts";
import { ValuesPopup } from "./values-popup.tsx";
import { type Dimension, EMPTY_VIEW, filterCount, type View, viewFilters } from "./view.ts";

const LABELS: Readonly<Record<Dimension, string>> = {
  platform: "Platform",
  version: "Version",
  build: "Build",
  os: "OS",
  device: "Device",
  process: "Process",
};
/** Build after version, dates in the middle: the order of the control. */
const BEFORE_DATES = ["platform", "version", "build"] as const;
const AFTER_DATES = ["device", "os"] as const;

export interface FilterBarProps {
  readonly appId: string;
  /** Whether the sheet of a phone is open. */
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
}

export function FilterBar({ appId, open, setOpen }: FilterBarProps) {
  const { view, filters, change } = useView();
  const [path] = useLocation();
  const search = useSearch();
  const { client, now, origin } = useHub();
  // The hub says which days its numbers are of; until then the same rule here.
  const counted = useQuery({ ...overviewQuery(client, appId, filters), enabled: false }).data?.window;
  const today = dayOf(now());
  const window =
    view.dates.kind === "between" ? view.dates : (counted ?? { from: addDays(today, 1 - view.dates.days), to: today });
  const set = filterCount(view);
  // Only an app with more than itself has a choice here.
  const hasProcesses = useQuery(appsQuery(client)).data?.apps.some(
    (app) => app.id === appId && app.processes.length > 0,
  );
  const name = useNames(appId, view);
  const address = search === "" ? path : `${path}?${search}`;

  const values = (dimension: Dimension) => (
    <Popup
      key={dimension}
      className="field"
      haspopup="dialog"
      set={view[dimension].length > 0}
      title={titleOf(view[dimension], name)}
      control={
        <>
          <span>{LABELS[dimension]}</span> <b>{chosen(view[dimension].map(name))}</b>
        </>
      }
    >
      {(close) => (
        <ValuesPopup
          appId={appId}
          dimension={dimension}
          label={LABELS[dimension]}
          view={view}
          apply={(values) => {
            close();
            change({ [dimension]: values });
          }}
        />
      )}
    </Popup>
  );

  return (
    <form className="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <div className="filters__row">
        <div className="fields">
          {BEFORE_DATES.map(values)}
          <Popup
            className="field"
            haspopup="dialog"
            set={view.dates.kind === "between" || view.dates.days !== 30}
            control={
              <>
                <span>Dates</span> <b>{range(window.from, window.to, now())}</b>
              </>
            }
          >
            {(close) => (
              <DatesPopup
                view={view}
                from={window.from}
                to={window.to}
                apply={(dates) => {
                  close();
                  change({ dates });
                }}
              />
            )}
          </Popup>
          {AFTER_DATES.map(values)}
          {(hasProcesses === true || view.process.length > 0) && values("process")}
        </div>
        {set > 0 && (
          <button type="button" className="btn btn--quiet" onClick={() => change(EMPTY_VIEW)}>
            {`Clear ${set}`}
          </button>
        )}
        <code className="note push clip url" title="The address is the state of this page">
          {visible(decodeAddress(address))}
        </code>
        <CopyButton className="btn btn--quiet" text={origin + address}>
          Copy link
        </CopyButton>
      </div>
      <div className="filters__short">
        <button type="button" className="btn" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="filter" />
          {set === 0 ? "Filters" : `Filters ${set}`}
        </button>
        <span className="clip note">{open ? "" : inWords(view, name, range(window.from, window.to, now()))}</span>
        {open && (
          <button type="button" className="btn btn--primary" onClick={() => setOpen(false)}>
            Done
          </button>
        )}
      </div>
    </form>
  );
}

function chosen(values: readonly string[]): string {
  if (values.length === 0) return "All";
  return values.length <= 2 ? visible(values.join(", ")) : `${visible(values[0] ?? "")} and ${values.length - 1} more`;
}

/** What was chosen, by name where it has one; the values themselves are what the address says. */
function titleOf(values: readonly string[], name: (value: string) => string): string | undefined {
  return values.length > 1 || values.some((value) => name(value) !== value) ? visible(values.join(", ")) : undefined;
}

/** Names of the devices and processes that are chosen, from the values that could be. */
function useNames(appId: string, view: View): (value: string) => string {
  const { client, now } = useHub();
  const facets = useQuery({
    ...facetsQuery(client, appId, viewFilters({ ...view, device: [], process: [] }, now())),
    enabled: view.device.length > 0 || view.process.length > 0,
  }).data;
  const labels = new Map([...(facets?.device ?? []), ...(facets?.process ?? [])].map((one) => [one.value, one.label]));
  return (value) => labels.get(value) ?? value;
}

function inWords(view: View, name: (value: string) => string, between: string): string {
  const days = view.dates.kind === "last" ? `${view.dates.days}\u00a0days` : between;
  const parts = (["platform", "version", "build", "device", "os", "process"] as const).flatMap((key) =>
    view[key].length === 0
      ? []
      : [`${key === "build" || key === "os" ? `${LABELS[key]} ` : ""}${chosen(view[key].map(name))}`],
  );
  return [...parts, days].join(", ");
}

function decodeAddress(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}

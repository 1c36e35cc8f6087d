/**
 * What a page shows is its address: filters and dates as search parameters, decoded by the schema the hub itself uses.
 * `?platform=iOS&version=2.1.0&version=2.0.5&range=7d`, or `from=2026-10-01&to=2026-10-31` for days of one's own.
 */
import { Filters } from "@windfall/api";
import { addDays, dayOf, type IsoDay } from "../../ui/dates.ts";

export const DIMENSIONS = ["platform", "version", "build", "os", "device", "process"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const PRESET_DAYS = [7, 30, 90] as const;
export type PresetDays = (typeof PRESET_DAYS)[number];
const DEFAULT_DAYS = 30;

export type Dates =
  | { readonly kind: "last"; readonly days: PresetDays }
  | { readonly kind: "between"; readonly from: IsoDay; readonly to: IsoDay };

export type View = Readonly<Record<Dimension, readonly string[]>> & { readonly dates: Dates };

export const EMPTY_VIEW: View = {
  platform: [],
  version: [],
  build: [],
  os: [],
  device: [],
  process: [],
  dates: { kind: "last", days: DEFAULT_DAYS },
};

// An address is typed and pasted by people, and cut by mail programs: what does not decode is left out.
const MAX_VALUES = 50;
const MAX_VALUE_LENGTH = 200;

export function readView(search: string): View {
  const params = new URLSearchParams(search);
  const lists = Object.fromEntries(
    DIMENSIONS.map((key) => {
      const values = params.getAll(key).filter((value) => value !== "" && value.length <= MAX_VALUE_LENGTH);
      return [key, [...new Set(values)].slice(0, MAX_VALUES)];
    }),
  ) as Record<Dimension, string[]>;
  return { ...lists, dates: readDates(params) };
}

function readDates(params: URLSearchParams): Dates {
  const days = PRESET_DAYS.find((days) => params.get("range") === `${days}d`);
  if (days !== undefined) return { kind: "last", days };
  const between = Filters.safeParse({ from: params.get("from"), to: params.get("to") });
  const { from, to } = between.success ? between.data : {};
  return from !== undefined && to !== undefined && from <= to ? { kind: "between", from, to } : EMPTY_VIEW.dates;
}

/** The search parameters of a view, in one order, so that equal views have equal addresses. */
export function viewParams({ dates, ...lists }: View): URLSearchParams {
  const params = new URLSearchParams();
  for (const key of DIMENSIONS) for (const value of lists[key]) params.append(key, value);
  if (dates.kind === "between") {
    params.set("from", dates.from);
    params.set("to", dates.to);
  } else if (dates.days !== DEFAULT_DAYS) {
    params.set("range", `${dates.days}d`);
  }
  return params;
}

/** `path` with the view, and with what else belongs to that page (`report`, `page`). */
export function viewHref(path: string, view: View, rest: Readonly<Record<string, string>> = {}): string {
  const params = viewParams(view);
  for (const [key, value] of Object.entries(rest)) params.set(key, value);
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** What the hub is asked for. The default range is the hub's own and is not sent. */
export function viewFilters({ dates, ...lists }: View, nowMs: number): Filters {
  const filters: Filters = {};
  for (const key of DIMENSIONS) if (lists[key].length > 0) filters[key] = [...lists[key]];
  if (dates.kind === "between") {
    filters.from = dates.from;
    filters.to = dates.to;
  } else if (dates.days !== DEFAULT_DAYS) {
    filters.to = dayOf(nowMs);
    filters.from = addDays(filters.to, 1 - dates.days);
  }
  return filters;
}

/** Ten years, the most the hub counts at once: as good as every day, without filters. */
const EVERY_DAY = 3650;
export function everyDay(nowMs: number): Filters {
  const to = dayOf(nowMs);
  return { from: addDays(to, 1 - EVERY_DAY), to };
}

/** How many filters hide something; the default range hides nothing on purpose. */
export function filterCount(view: View): number {
  const dates = view.dates.kind === "last" && view.dates.days === DEFAULT_DAYS ? 0 : 1;
  return DIMENSIONS.filter((key) => view[key].length > 0).length + dates;
}

/** The view of the address bar, and the way to another one. */
import { useLocation, useSearch } from "wouter";
import { useHub } from "../../hub/hub.ts";
import { readView, type View, viewFilters, viewHref } from "./view.ts";
import type { Filters } from "@windfall/api";

export interface ViewState {
  readonly view: View;
  /** What the hub is asked for. */
  readonly filters: Filters;
  /** The address of `path` with this view, or with a changed one. */
  readonly href: (path: string, change?: Partial<View>, rest?: Readonly<Record<string, string>>) => string;
  /** Shows this page with a changed view; back leads to the one before. */
  readonly change: (change: Partial<View>) => void;
}

export function useView(): ViewState {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const { now } = useHub();
  const view = readView(search);
  const href: ViewState["href"] = (path, change = {}, rest) => viewHref(path, { ...view, ...change }, rest);
  return {
    view,
    filters: viewFilters(view, now()),
    href,
    change: (change) => navigate(href(path, change)),
  };
}

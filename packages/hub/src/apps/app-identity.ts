/**
 * Which app a report is of. The id is made from the bundle id, so that any process, and any rebuild, comes to the same one
 * without asking the state.
 */
import { createHash } from "node:crypto";
import type { Report } from "@windfall/core";
import { idOfDigest } from "../ids.ts";

declare const unit: unique symbol;
export type AppId = string & { readonly [unit]: "AppId" };

export interface AppOfReport {
  readonly id: AppId;
  readonly bundleId: string;
  readonly name: string;
}

/** A report is a stranger's text: what names an app is cut here. */
export const MAX_BUNDLE_ID_LENGTH = 200;
export const MAX_NAME_LENGTH = 100;

/** Usage names an app by its bundle id; its name, where it does not say one, is the last word of that. */
export function appOfUsage(bundleId: string, name: string | undefined): AppOfReport {
  return appOf(bundleId, name ?? nameOf(bundleId));
}

function nameOf(bundleId: string): string {
  const last = bundleId.slice(bundleId.lastIndexOf(".") + 1) || bundleId;
  return last.charAt(0).toUpperCase() + last.slice(1);
}

/** What belongs to no app that is known: a panic, say. */
export const UNKNOWN_APP: AppOfReport = appOf("unknown", "Unknown app");

export function appOfReport(report: Report): AppOfReport {
  const { bundleId } = report.app;
  // A payload of metrics has nothing else.
  const fromBundle = bundleId === undefined ? "Unknown app" : nameOf(bundleId);
  const name = report.app.name ?? report.process.name ?? fromBundle;
  return appOf(report.app.bundleId ?? report.process.name ?? report.app.name ?? "unknown", name);
}

function appOf(named: string, name: string): AppOfReport {
  const bundleId = named.slice(0, MAX_BUNDLE_ID_LENGTH);
  const digest = createHash("sha256").update(bundleId).digest();
  return { id: idOfDigest(digest) as AppId, bundleId, name: name.slice(0, MAX_NAME_LENGTH) };
}

/** What one event says. It is written once; what it means is looked up through its raw key. */
import type { ReportKind } from "@windfall/core";

declare const unit: unique symbol;

/** 64 bits in decimal: JavaScript numbers would round them. */
export type RawKey = string & { readonly [unit]: "RawKey" };

/** The signature's number; 0 is 'not mapped yet'. */
export type SignatureId = number & { readonly [unit]: "SignatureId" };

export const UNMAPPED = 0 as SignatureId;

export function rawKey(value: bigint): RawKey {
  return BigInt.asUintN(64, value).toString() as RawKey;
}

export function signatureId(value: number): SignatureId {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new RangeError(`no signature id: ${value}`);
  return value as SignatureId;
}

export type DeviceKind = "install" | "reporter-key" | "";

/** Empty where the report does not say. */
export type Ground = "foreground" | "background" | "";

export interface EventRow {
  readonly reportId: string;
  readonly appId: string;
  readonly rawKey: RawKey;
  readonly kind: ReportKind;
  /** As the report says, ISO 8601; undefined when it does not say. `insertEvents` stores an impossible one as the arrival. */
  readonly crashedAt: string | undefined;
  /** ISO 8601. */
  readonly receivedAt: string;
  readonly platform: string;
  readonly osVersion: string;
  readonly osBuild: string;
  readonly deviceModel: string;
  readonly appVersion: string;
  readonly appBuild: string;
  /** A hash of the CrashReporter key or install id; empty when the device cannot be told apart. */
  readonly deviceId: string;
  /** Which of the two it is: only an install id can be joined with usage. */
  readonly deviceKind: DeviceKind;
  readonly ground?: Ground;
  /** Empty when the report has none. */
  readonly incidentId: string;
}

/** Puts what people call a device beside its model. */
import type { DeviceName } from "./device-names.ts";

export function labelled<R extends { readonly value: string }>(
  rows: readonly R[],
  deviceName: DeviceName,
): (R & { label?: string })[] {
  return rows.map((row) => {
    const label = deviceName(row.value);
    return label === undefined ? row : { ...row, label };
  });
}

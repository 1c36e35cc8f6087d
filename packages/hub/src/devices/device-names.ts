/**
 * What people call a device. The names come with the hub; a file `devices.tsv` in the data folder adds to them and wins, and is read
 * again when it changes: a new iPhone needs no new version of the hub. Columns: the model as reports say it, a tab, the name.
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

export interface DeviceNames {
  /** Reads the data folder's file again if it has changed. */
  current(): Promise<DeviceName>;
}

/** Undefined for a model without a name: pages show the model. */
export type DeviceName = (model: string) => string | undefined;

/** Its name in the data folder. */
export const DEVICES_FILE = "devices.tsv";
/** Apple has made some 500 models in 20 years. */
export const MAX_DEVICES = 10_000;
export const MAX_DEVICES_FILE_BYTES: number = 1024 * 1024;
const MAX_MODEL_LENGTH = 100;
const MAX_DEVICE_NAME_LENGTH = 100;

const SHIPPED = new URL("../../assets/devices.tsv", import.meta.url);

export function createDeviceNames(dataFolder: string): DeviceNames {
  const path = join(dataFolder, DEVICES_FILE);
  let shipped: Promise<ReadonlyMap<string, string>> | undefined;
  let own: { readonly stamp: string; readonly names: ReadonlyMap<string, string> } = { stamp: "", names: new Map() };
  return {
    async current() {
      shipped ??= readFile(SHIPPED, "utf8").then(parseDevices);
      const stamp = await stampOf(path);
      if (stamp !== own.stamp) own = { stamp, names: stamp === "" ? new Map() : await readOwn(path) };
      const [names, added] = [await shipped, own.names];
      return (model) => added.get(model) ?? names.get(model);
    },
  };
}

/** Lines that are no pair are passed over, so that a comment or a title does no harm. */
export function parseDevices(text: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [model = "", name = ""] = line.split("\t").map((cell) => cell.trim());
    if (model.startsWith("#") || model === "" || name === "") continue;
    if (model.length > MAX_MODEL_LENGTH || name.length > MAX_DEVICE_NAME_LENGTH) continue;
    if (names.size >= MAX_DEVICES) break;
    names.set(model, name);
  }
  return names;
}

/** Empty for a file that is not there, cannot be read or is far too large for what it should be. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return size > MAX_DEVICES_FILE_BYTES ? "" : `${mtimeMs} ${size} ${ino}`;
  } catch {
    return "";
  }
}

async function readOwn(path: string): Promise<ReadonlyMap<string, string>> {
  try {
    return parseDevices(await readFile(path, "utf8"));
  } catch {
    return new Map();
  }
}

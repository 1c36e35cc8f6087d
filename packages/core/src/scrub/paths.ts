/** Names of people, of their disks and of one installation of an app in paths, wherever a path stands. */

/** Up to the next slash; a name may have blanks in it. */
const NAMED = /(\/(?:Users|home)\/)([^/\n\r\t"'<>|():,;\\]{1,64}(?=\/)|[^/\s"'<>|():,;\\]{1,255})/g;
const VOLUME = /(\/Volumes\/)([^/\n\r\t"'<>|():,;\\]{1,64}(?=\/)|[^/\s"'<>|():,;\\]{1,255})/g;
const INSTALLED =
  /(\/(?:Applications?|AppGroup|PluginKitPlugin|SystemGroup|XPCService|Devices|InternalDaemon)\/)[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}/g;
const NOBODY = "00000000-0000-0000-0000-000000000000";

export function scrubPaths(text: string): string {
  if (!text.includes("/")) return text;
  return text
    .replace(NAMED, (_, before: string, name: string) => before + (name === "Shared" ? name : "USER"))
    .replace(VOLUME, "$1VOLUME")
    .replace(INSTALLED, `$1${NOBODY}`);
}

/** Simulators run in a coalition that has the id of the device in its name. */
export const scrubCoalition = (name: string): string =>
  name.replace(/(SimDevice\.)[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}/g, `$1${NOBODY}`);

/** Of a process that is known by its path, the name only. */
export const nameOnly = (process: string): string => process.slice(process.lastIndexOf("/") + 1);

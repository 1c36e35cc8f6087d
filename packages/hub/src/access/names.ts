/** A name as it is compared: what looks alike to the one who types it is alike. */
export const nameKey = (name: string): string => name.normalize("NFKC").trim().toLowerCase().replace(/\s+/g, " ");

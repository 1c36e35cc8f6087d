/** MetricKit in its forms: JSON of either generation, and the description of a dictionary. */
import type { JsonFormat, TextFormat } from "../format.ts";
import { MAX_TREE_JSON_DEPTH } from "../limits.ts";
import { isDescription, parseDescriptions } from "./description.ts";
import { isPayload, parsePayload } from "./payload.ts";
import { isReport27, parseReport27 } from "./report-27.ts";
import { isWrapped, parseWrapped } from "./wrapper.ts";

export const metricKitFormat: JsonFormat = {
  format: "metrickit",
  depth: MAX_TREE_JSON_DEPTH,
  is: (value) => isReport27(value) || isWrapped(value) || isPayload(value),
  parse: (document) => {
    if (isReport27(document.value)) return parseReport27(document);
    return isWrapped(document.value) ? [parseWrapped(document)] : parsePayload(document);
  },
};

export const metricKitDescriptionFormat: TextFormat = {
  format: "metrickit",
  is: isDescription,
  parse: parseDescriptions,
};

/** The door to grouping: which algorithm is the current one. */
export { SIGNATURE_VERSION, signatureOf } from "./group/v2/signature.ts";

/**
 * The hub's policy forbids code made from text. The schemas would try that when they are made, and the browser would log a
 * violation; this must be the first module to run.
 */
import { config } from "zod";

config({ jitless: true });

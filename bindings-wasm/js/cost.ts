// What a lab would have cost in AWS.
import { Shown } from "./shown.js";

/** What one account pays for one thing in one month. */
export interface CostLine {
  /** `2026-01` */
  month: string;
  account: string;
  item: string;
  title: string;
  quantity: number;
  free: number;
  price: number;
  /** The number that the price is for. */
  per: number;
  amount: number;
}

/** What AWS would charge for the keys and the requests of a lab, in US dollars, by a dated price list. */
export class Cost extends Shown {
  declare readonly total: number;
  declare readonly currency: string;
  /** The month of the price list: `2026-06`. */
  declare readonly prices_as_of: string;
  declare readonly until: string;
  declare readonly lines: readonly CostLine[];
  /** What the sum does not contain, or could not know. */
  declare readonly notes: readonly string[];
}

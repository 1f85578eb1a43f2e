/** Offsets in hours of the time zone abbreviations that PostgreSQL's default set knows. */
const HOURS: Readonly<Record<string, number>> = {
  utc: 0, ut: 0, uct: 0, gmt: 0, z: 0, zulu: 0, wet: 0, wetdst: 1, west: 1, bst: 1, ist: 2, cet: 1, cest: 2, met: 1, mest: 2, mesz: 2, mez: 1,
  eet: 2, eest: 3, sast: 2, msk: 3, msd: 4, eat: 3, wat: 1, cat: 2, azt: 4, pkt: 5, uzt: 5, npt: 5.75, bdt: 6, ict: 7, wib: 7, wita: 8, wit: 9,
  cct: 8, hkt: 8, sgt: 8, awst: 8, pht: 8, kst: 9, jst: 9, acst: 9.5, acdt: 10.5, aest: 10, aedt: 11, lhst: 10.5, nzst: 12, nzt: 12,
  nzdt: 13, fjt: 12, art: -3, brt: -3, brst: -2, clt: -4, clst: -3, cot: -5, pet: -5, vet: -4, nst: -3.5, ndt: -2.5, ast: -4, adt: -3, est: -5,
  edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7, akst: -9, akdt: -8, hst: -10, sst: -11, egt: -1, egst: 0, wgt: -2, gft: -3,
}; // prettier-ignore

/** Abbreviation in lower case → seconds east of UTC. */
export const ZONE_ABBREVIATIONS: ReadonlyMap<string, number> = new Map(Object.entries(HOURS).map(([name, hours]) => [name, hours * 3600]));

/** What PostgreSQL answers for windows over events: the same query with its table functions written out. */
export function postgresText(select: string): string {
  return select
    .replaceAll(/TUMBLE\((\w+), "dateTime", INTERVAL '([^']+)'\)/g, (_, table: string, size: string) => tumble(table, size))
    .replaceAll(/HOP\((\w+), "dateTime", INTERVAL '([^']+)', INTERVAL '([^']+)'\)/g, (_, table: string, slide: string, size: string) =>
      hop(table, slide, size),
    )
    .replaceAll(/SESSION\((\w+), "dateTime", INTERVAL '([^']+)' PARTITION BY (\w+)\)/g, (_, table: string, gap: string, key: string) =>
      session(table, gap, key),
    );
}

const bin = (size: string) => `date_bin('${size}', "dateTime", '1970-01-01')`;

function tumble(table: string, size: string): string {
  return `(SELECT *, ${bin(size)} AS window_start, ${bin(size)} + interval '${size}' AS window_end FROM ${table}) AS windows`;
}

/** Every window start that is at most `size` before the row's time, the oldest excluded where it ends just there, and windows missed. */
function hop(table: string, slide: string, size: string): string {
  const starts = `generate_series(${bin(slide)} - interval '${size}' + interval '${slide}', ${bin(slide)}, '${slide}')`;
  const missed = `SELECT FROM late_windows AS l WHERE l.n = ${table}_all.n AND l.window_start = s`;
  return `(SELECT ${table}_all.*, s AS window_start, s + interval '${size}' AS window_end FROM ${table}_all, ${starts} AS s WHERE NOT EXISTS (${missed})) AS windows`;
}

/** Gaps and islands. */
function session(table: string, gap: string, key: string): string {
  const byKey = `PARTITION BY ${key} ORDER BY "dateTime"`;
  const marked = `SELECT *, ("dateTime" - lag("dateTime") OVER (${byKey}) < interval '${gap}') IS NOT TRUE AS opens FROM ${table}`;
  const islands = `SELECT *, count(*) FILTER (WHERE opens) OVER (${byKey}) AS island FROM (${marked}) AS marked`;
  const within = `OVER (PARTITION BY ${key}, island)`;
  return `(SELECT *, min("dateTime") ${within} AS window_start, max("dateTime") ${within} + interval '${gap}' AS window_end FROM (${islands}) AS islands) AS windows`;
}

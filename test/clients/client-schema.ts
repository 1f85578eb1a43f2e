/**
 * The objects that the recorded clients looked at, as far as there are such here: enums, domains, sequences, indexes, foreign keys, partitions
 * and triggers are left out.
 */
export const CLIENT_SCHEMA: readonly string[] = [
  `CREATE SCHEMA sales`,
  `COMMENT ON SCHEMA sales IS 'sales area'`,
  `CREATE TABLE customers (id int PRIMARY KEY, name varchar(50) NOT NULL, email text, created_at timestamptz DEFAULT now())`,
  `COMMENT ON TABLE customers IS 'customer table'`,
  `COMMENT ON COLUMN customers.name IS 'full name'`,
  `CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL, status text DEFAULT 'new', amount numeric(12,2), qty smallint,
    price real, score double precision, ok boolean, day date, at time, ts timestamp, tstz timestamptz, dur interval, uid uuid, js json,
    jb jsonb, raw bytea, tags text[], nums int[], code char(3))`,
  `CREATE VIEW big_orders AS SELECT id, customer_id, amount FROM orders WHERE amount > 100`,
  `CREATE MATERIALIZED VIEW order_totals AS SELECT customer_id, count(*) AS n, sum(amount) AS total FROM orders GROUP BY customer_id`,
  `CREATE TABLE sales.regions (code text PRIMARY KEY, label text)`,
  `CREATE TABLE events (ts timestamptz NOT NULL, k text, v double precision)`,
  `INSERT INTO customers (id, name, email) SELECT i, 'c'||i, 'c'||i||'@x.io' FROM generate_series(1, 20) i`,
  `INSERT INTO orders SELECT i, 1 + i % 20, 'paid', i * 7.5, i, i / 3.0, i / 7.0, i % 2 = 0, date '2026-01-01' + i, '10:00',
    '2026-01-01 10:00', '2026-01-01 10:00+00', '1 day 2 hours', '3b241101-e2bb-4255-8caf-4136c566a962', '{"a":1}', '{"b":[1,2]}',
    '\\xdeadbeef', '{a,b}', '{1,2,3}', 'abc' FROM generate_series(1, 200) i`,
  `INSERT INTO events SELECT timestamptz '2026-01-01' + i * interval '1 min', 'k' || i % 3, i FROM generate_series(1, 300) i`,
];

-- Nexmark over one Kafka topic: a stream, its three kinds of event as views, and the side input of q13. That no two auctions have one id is what
-- lets q4 forget those that have expired.
-- psql -h 127.0.0.1 -p 5440 -v brokers=127.0.0.1:9092 -v topic=nexmark -f schema.sql
CREATE STREAM nexmark (
  event_type int,
  person STRUCT<
    id bigint, name text, "emailAddress" text, "creditCard" text, city text, state text, "dateTime" timestamp, extra text>,
  auction STRUCT<
    id bigint, "itemName" text, description text, "initialBid" bigint, reserve bigint, "dateTime" timestamp, expires timestamp,
    seller bigint, category bigint, extra text>,
  bid STRUCT<
    auction bigint, bidder bigint, price bigint, channel text, url text, "dateTime" timestamp, extra text>,
  "dateTime" timestamp AS (
    CASE event_type WHEN 0 THEN (person)."dateTime" WHEN 1 THEN (auction)."dateTime" ELSE (bid)."dateTime" END),
  UNIQUE ((auction).id) NOT ENFORCED,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '4 seconds'
) WITH (connector = 'kafka', brokers = :'brokers', topic = :'topic', format = 'json', start = 'earliest');

CREATE VIEW person AS
SELECT (person).id, (person).name, (person)."emailAddress", (person)."creditCard", (person).city, (person).state,
  "dateTime", (person).extra
FROM nexmark WHERE event_type = 0;

CREATE VIEW auction AS
SELECT (auction).id, (auction)."itemName", (auction).description, (auction)."initialBid", (auction).reserve,
  "dateTime", (auction).expires, (auction).seller, (auction).category, (auction).extra
FROM nexmark WHERE event_type = 1;

CREATE VIEW bid AS
SELECT (bid).auction, (bid).bidder, (bid).price, (bid).channel, (bid).url, "dateTime", (bid).extra
FROM nexmark WHERE event_type = 2;

CREATE TABLE side_input (key bigint PRIMARY KEY, value text);
INSERT INTO side_input SELECT i, i::text FROM generate_series(0, 9999) AS i;

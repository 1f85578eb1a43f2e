-- q10 Log to files: the bids with the day and the minute that name their partition.
CREATE MATERIALIZED VIEW q10 AS
SELECT auction, bidder, price, "dateTime", extra,
  DATE_FORMAT("dateTime", 'yyyy-MM-dd') AS dt, DATE_FORMAT("dateTime", 'HH:mm') AS hm
FROM bid;

-- q11 User sessions: bids of each bidder until 10 seconds pass without one.
CREATE MATERIALIZED VIEW q11 AS
SELECT bidder, count(*) AS bid_count, window_start AS starttime, window_end AS endtime
FROM SESSION(bid, "dateTime", INTERVAL '10 seconds' PARTITION BY bidder)
GROUP BY bidder, window_start, window_end;

-- q7 Highest bid: the bids with the highest price of each 10 seconds.
CREATE MATERIALIZED VIEW q7 AS
SELECT B.auction, B.price, B.bidder, B."dateTime", B.extra
FROM bid B
JOIN (
  SELECT MAX(price) AS maxprice, window_end AS "dateTime"
  FROM TUMBLE(bid, "dateTime", INTERVAL '10 seconds')
  GROUP BY window_start, window_end
) B1
ON B.price = B1.maxprice
WHERE B."dateTime" BETWEEN B1."dateTime" - INTERVAL '10 seconds' AND B1."dateTime";

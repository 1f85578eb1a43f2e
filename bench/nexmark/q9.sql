-- q9 Winning bids: the highest bid of each auction, the earliest of equal ones.
CREATE MATERIALIZED VIEW q9 AS
SELECT id, "itemName", description, "initialBid", reserve, "dateTime", expires, seller, category, extra,
  auction, bidder, price, "bid_dateTime", bid_extra
FROM (
  SELECT A.*, B.auction, B.bidder, B.price, B."dateTime" AS "bid_dateTime", B.extra AS bid_extra,
    ROW_NUMBER() OVER (PARTITION BY A.id ORDER BY B.price DESC, B."dateTime" ASC) AS rownum
  FROM auction A, bid B
  WHERE A.id = B.auction AND B."dateTime" BETWEEN A."dateTime" AND A.expires
) AS ranked
WHERE rownum <= 1;

-- q6 Average selling price by seller: over the winning bids of the last 11 auctions, in the order of the bids' times.
CREATE MATERIALIZED VIEW q6 AS
SELECT Q.seller,
  AVG(Q.price) OVER (PARTITION BY Q.seller ORDER BY Q."dateTime" ROWS BETWEEN 10 PRECEDING AND CURRENT ROW) AS avg_price
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY id, seller ORDER BY price DESC) AS rownum
  FROM (
    SELECT A.id, A.seller, B.price, B."dateTime"
    FROM auction AS A, bid AS B
    WHERE A.id = B.auction AND B."dateTime" BETWEEN A."dateTime" AND A.expires
  ) AS winning
) AS Q
WHERE rownum <= 1;

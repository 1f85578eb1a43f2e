-- q0 Pass through: what reading, decoding and writing cost.
CREATE MATERIALIZED VIEW q0 AS
SELECT auction, bidder, price, "dateTime", extra FROM bid;

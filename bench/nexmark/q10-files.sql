-- q10 Log to files as files: a directory for each day and minute.
-- psql -h 127.0.0.1 -p 5440 -v path=/some/directory -f q10-files.sql
CREATE SINK q10_files AS
SELECT auction, bidder, price, "dateTime", extra,
  DATE_FORMAT("dateTime", 'yyyy-MM-dd') AS dt, DATE_FORMAT("dateTime", 'HH:mm') AS hm
FROM bid
WITH (connector = 'filesystem', path = :'path', format = 'csv', partition_by = 'dt, hm', rollover_interval = '1 min', rollover_size = '128 MB');

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** pgjdbc against the server whose port is given: prints OK, or fails with what was wrong. */
public final class PgJdbc {
  static void check(boolean condition, String what) {
    if (!condition) throw new AssertionError(what);
  }

  static Connection connect(String port, String... settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "app");
    for (int i = 0; i < settings.length; i += 2) properties.setProperty(settings[i], settings[i + 1]);
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/millrace", properties);
  }

  public static void main(String[] args) throws SQLException {
    String port = args[0];
    try (Connection connection = connect(port); Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE j (id bigint PRIMARY KEY, n numeric(10,2), t text, at timestamptz, f float8, ok boolean)");
      try (PreparedStatement insert = connection.prepareStatement("INSERT INTO j VALUES (?, ?, ?, ?, ?, ?)")) {
        for (int i = 1; i <= 300; i++) {
          insert.setLong(1, i);
          insert.setBigDecimal(2, new BigDecimal(i).movePointLeft(1));
          insert.setString(3, i % 2 == 0 ? null : "é" + i);
          insert.setObject(4, OffsetDateTime.parse("2026-01-02T03:04:05.678901Z"));
          insert.setDouble(5, i / 8.0);
          insert.setBoolean(6, i % 3 == 0);
          insert.addBatch();
        }
        int[] counts = insert.executeBatch();
        check(counts.length == 300 && counts[299] == 1, "batch");
      }
      statement.execute("CREATE MATERIALIZED VIEW jv AS SELECT ok, count(*) AS n, sum(n) AS total FROM j GROUP BY ok");
      // The fifth execution is prepared by name and binary.
      try (PreparedStatement select = connection.prepareStatement("SELECT n, t, at, f, ok FROM j WHERE id = ?")) {
        for (int i = 1; i <= 12; i++) {
          select.setLong(1, i);
          try (ResultSet row = select.executeQuery()) {
            check(row.next(), "row " + i);
            check(row.getBigDecimal(1).equals(new BigDecimal(i).movePointLeft(1).setScale(2)), "numeric " + row.getBigDecimal(1));
            check(i % 2 == 0 ? row.getString(2) == null : row.getString(2).equals("é" + i), "text");
            check(row.getObject(3, OffsetDateTime.class).toInstant().toString().equals("2026-01-02T03:04:05.678901Z"), "time");
            check(row.getDouble(4) == i / 8.0 && row.getBoolean(5) == (i % 3 == 0), "double, boolean");
          }
        }
      }
      try (ResultSet row = statement.executeQuery("SELECT n, total FROM jv WHERE ok")) {
        check(row.next() && row.getLong(1) == 100 && row.getBigDecimal(2).equals(new BigDecimal("1515.00")), "view");
      }
      DatabaseMetaData metadata = connection.getMetaData();
      List<String> columns = new ArrayList<>();
      try (ResultSet rows = metadata.getColumns(null, "public", "j", null)) {
        while (rows.next()) columns.add(rows.getString("COLUMN_NAME") + " " + rows.getInt("DATA_TYPE"));
        check(columns.size() == 6 && columns.get(0).equals("id " + Types.BIGINT), "columns " + columns);
      } catch (SQLException error) {
        // It asks with row_number(): refused as long as there are no window functions.
        check(error.getSQLState().equals("0A000"), error.getMessage());
      }
      try (ResultSet rows = metadata.getPrimaryKeys(null, "public", "j")) {
        check(rows.next() && rows.getString("COLUMN_NAME").equals("id"), "primary key");
      }
      try (ResultSet rows = metadata.getTables(null, "public", "j%", new String[] {"TABLE", "MATERIALIZED VIEW"})) {
        List<String> names = new ArrayList<>();
        while (rows.next()) names.add(rows.getString("TABLE_NAME"));
        check(names.contains("j") && names.contains("jv"), "tables " + names);
      }
      connection.setAutoCommit(false);
      try (PreparedStatement portal = connection.prepareStatement("SELECT id FROM j ORDER BY id")) {
        portal.setFetchSize(70);
        int count = 0;
        try (ResultSet rows = portal.executeQuery()) {
          while (rows.next()) check(rows.getLong(1) == ++count, "row-limited portal");
        }
        check(count == 300, "portal " + count);
      }
      statement.executeUpdate("DELETE FROM j WHERE id = 1");
      connection.rollback();
      connection.setAutoCommit(true);
      try {
        statement.executeQuery("SELECT nosuch FROM j");
        check(false, "no error");
      } catch (SQLException error) {
        check(error.getSQLState().equals("42703"), error.getSQLState());
      }
    }
    for (String mode : new String[] {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"}) {
      try (Connection connection = connect(port, "preferQueryMode", mode);
          PreparedStatement select = connection.prepareStatement("SELECT count(*), ? FROM j WHERE id > ?")) {
        select.setString(1, "it's");
        select.setLong(2, 0);
        try (ResultSet row = select.executeQuery()) {
          check(row.next() && row.getLong(1) == 300 && row.getString(2).equals("it's"), mode);
        }
      }
    }
    System.out.println("OK");
  }
}

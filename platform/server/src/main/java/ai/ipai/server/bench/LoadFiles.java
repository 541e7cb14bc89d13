package ai.ipai.server.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.SplittableRandom;

/**
 * The same rows as CSV, JSON lines and Parquet: whole and exact numbers, dates, times, booleans,
 * codes with leading zeros, texts with quotes and other alphabets. About 100 bytes a row.
 */
record LoadFiles(Path folder, Path csv) {
  static final String COLUMNS =
      """
      id bigint, code text, amount numeric, quantity bigint, day date, at timestamptz, active boolean,
      name text, note text""";
  private static final String[] WORDS = {
    "ink", "paper", "größe", "名前", "steel", "long haul", "a, b", "x \"\"y\"\"", "plain", "north"
  };

  /** Writes them; the same each time. */
  static LoadFiles write(Path folder, int rows) throws IOException, SQLException {
    Files.createDirectories(folder);
    Path csv = folder.resolve("rows.csv");
    SplittableRandom random = new SplittableRandom(42);
    try (BufferedWriter out = Files.newBufferedWriter(csv)) {
      out.write("id,code,amount,quantity,day,at,active,name,note\n");
      StringBuilder line = new StringBuilder();
      for (int i = 1; i <= rows; i++) {
        line.setLength(0);
        row(line, i, random);
        out.append(line);
      }
    }
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute("set memory_limit = '400MB'");
      statement.execute("set threads = 2");
      statement.execute("set TimeZone = 'UTC'");
      String source =
          """
          (select * from read_csv('%s', header = true, columns = {'id': 'BIGINT', 'code': 'VARCHAR',
            'amount': 'DECIMAL(18,2)', 'quantity': 'BIGINT', 'day': 'DATE', 'at': 'TIMESTAMPTZ',
            'active': 'BOOLEAN', 'name': 'VARCHAR', 'note': 'VARCHAR'}))"""
              .formatted(csv);
      statement.execute(
          "copy " + source + " to '" + folder.resolve("rows.parquet") + "' (format parquet)");
      statement.execute(
          "copy " + source + " to '" + folder.resolve("rows.ndjson") + "' (format json)");
    }
    return new LoadFiles(folder, csv);
  }

  private static void row(StringBuilder line, int id, SplittableRandom random) {
    int code = random.nextInt(100_000_000);
    long cents = random.nextLong(-5_000_000, 50_000_000);
    line.append(id).append(',');
    padded(line, code, 9);
    line.append(',').append(cents < 0 ? "-" : "").append(Math.abs(cents) / 100).append('.');
    padded(line, (int) (Math.abs(cents) % 100), 2);
    line.append(',').append(random.nextInt(1000)).append(',');
    line.append(LocalDate.ofEpochDay(18_000 + random.nextInt(2000))).append(',');
    line.append(LocalDate.ofEpochDay(18_000 + random.nextInt(2000))).append('T');
    padded(line, random.nextInt(24), 2);
    line.append(':');
    padded(line, random.nextInt(60), 2);
    line.append(':');
    padded(line, random.nextInt(60), 2);
    line.append("Z,").append(random.nextBoolean()).append(",\"");
    words(line, 2, random);
    line.append("\",\"");
    words(line, 4, random);
    line.append("\"\n");
  }

  private static void words(StringBuilder line, int count, SplittableRandom random) {
    for (int i = 0; i < count; i++) {
      line.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
    }
  }

  private static void padded(StringBuilder line, int value, int width) {
    String digits = Integer.toString(value);
    line.append("0".repeat(width - digits.length())).append(digits);
  }
}

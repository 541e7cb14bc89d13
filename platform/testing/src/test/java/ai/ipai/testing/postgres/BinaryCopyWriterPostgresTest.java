package ai.ipai.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.copy.BinaryCopyWriter;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-DB-040")
class BinaryCopyWriterPostgresTest {
  private static final QualifiedName TABLE = QualifiedName.of("public", "odd \"name");
  private static final List<String> COLUMNS =
      List.of("i8", "i4", "f8", "n", "t", "b", "d", "ts", "u", "j", "by", "ta", "ia");
  private static TestDatabase db;

  @BeforeAll
  static void start() {
    db = TestPostgres.createEmpty();
  }

  @AfterAll
  static void drop() {
    db.close();
  }

  @BeforeEach
  void makeTable() throws Exception {
    try (Connection connection = db.owner();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          drop table if exists "odd ""name";
          create table "odd ""name" (i8 int8, i4 int4, f8 float8, n numeric, t text, b bool,
            d date, ts timestamptz, u uuid, j jsonb, by bytea, ta text[], ia int8[],
            line bigint generated always as identity)
          """);
    }
  }

  @Test
  void everyTypeArrivesAsWritten() throws Exception {
    UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    try (Connection connection = db.owner()) {
      connection.setAutoCommit(false);
      try (BinaryCopyWriter writer = BinaryCopyWriter.into(connection, TABLE, COLUMNS)) {
        writer.startRow();
        writer.writeLong(Long.MIN_VALUE);
        writer.writeInt(Integer.MAX_VALUE);
        writer.writeDouble(-0.1);
        writer.writeNumeric(new BigDecimal("-12345678901234567890.1200"));
        writer.writeText("żółć 🦆 \\N\t\"");
        writer.writeBoolean(true);
        writer.writeDate(LocalDate.of(-1, 2, 28));
        writer.writeTimestamptz(Instant.parse("1969-12-31T23:59:59.999999999Z"));
        writer.writeUuid(uuid);
        writer.writeJsonb("{\"a\": [1, null]}");
        writer.writeBytes(new byte[] {0, -1});
        writer.writeTextArray(Arrays.asList("a,b", null, "{}"));
        writer.writeLongArray(new long[] {1, -2});
        writer.startRow();
        for (int i = 0; i < 11; i++) {
          writer.writeNull();
        }
        writer.writeTextArray(List.of());
        writer.writeLongArray(new long[0]);
        assertThat(writer.finish()).isEqualTo(2);
      }
      connection.commit();
      assertThat(
              text(
                  connection,
                  "select concat_ws('|', i8, i4, f8, n, t, b, d, ts at time zone 'UTC', u, j, by,"
                      + " ta, ia) from \"odd \"\"name\" where line = 1"))
          .isEqualTo(
              "-9223372036854775808|2147483647|-0.1|-12345678901234567890.1200|żółć 🦆 \\N\t\"|t|"
                  + "0002-02-28 BC|1969-12-31 23:59:59.999999|"
                  + uuid
                  + "|{\"a\": [1, null]}|\\x00ff|{\"a,b\",NULL,\"{}\"}|{1,-2}");
      assertThat(
              text(
                  connection,
                  "select concat(i8, i4, f8, n, t, b, d, ts, u, j, by, ta, ia)"
                      + " from \"odd \"\"name\" where line = 2"))
          .isEqualTo("{}{}");
    }
  }

  /** Against PostgreSQL's own parser, digit for digit and with the same scale. */
  @Test
  void numbersAreExact() throws Exception {
    List<BigDecimal> numbers = new ArrayList<>();
    for (String text :
        List.of(
            "0",
            "0.00",
            "-0.0",
            "1",
            "-1",
            "10000",
            "9999",
            "0.0001",
            "0.00001",
            "1e20",
            "1E-20",
            "100000000",
            "12345.6789",
            "0.10",
            "-99999999.9999",
            "9223372036854775807",
            "92233720368547758.07",
            "1e131071",
            "1e-16383",
            "0e50",
            "0e-300")) {
      numbers.add(new BigDecimal(text));
    }
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      numbers.add(
          new BigDecimal(new BigInteger(random.nextInt(260), random), random.nextInt(60) - 15)
              .multiply(BigDecimal.valueOf(random.nextBoolean() ? 1 : -1)));
    }
    try (Connection connection = db.owner()) {
      connection.setAutoCommit(false);
      try (BinaryCopyWriter writer = BinaryCopyWriter.into(connection, TABLE, List.of("n", "t"))) {
        for (BigDecimal number : numbers) {
          writer.startRow();
          writer.writeNumeric(number);
          writer.writeText(number.toPlainString());
        }
        assertThat(writer.finish()).isEqualTo(numbers.size());
      }
      assertThat(
              text(
                  connection,
                  "select count(*) from \"odd \"\"name\" where n::text <> t::numeric::text"
                      + " or numeric_send(n) <> numeric_send(t::numeric)"))
          .isEqualTo("0");
    }
  }

  @Test
  void whatPostgresCannotHoldIsRefusedAndItsRowTakenBack() throws Exception {
    try (Connection connection = db.owner()) {
      connection.setAutoCommit(false);
      try (BinaryCopyWriter writer = BinaryCopyWriter.into(connection, TABLE, List.of("i8", "t"))) {
        for (int line = 1; line <= 5; line++) {
          writer.startRow();
          writer.writeLong(line);
          String text = line == 2 ? "nul\0" : line == 4 ? "half \ud83e" : "fine";
          try {
            writer.writeText(text);
          } catch (IpaiException unstorable) {
            assertThat(unstorable.code()).isEqualTo(PostgresErrors.COPY_VALUE);
            writer.discardRow();
          }
        }
        writer.discardRow();
        assertThat(writer.rows()).isEqualTo(2);
        assertThat(writer.finish()).isEqualTo(2);
      }
      assertThat(text(connection, "select string_agg(i8::text, ',') from \"odd \"\"name\""))
          .isEqualTo("1,3");
    }
  }

  @Test
  void hugeNumbersAreRefusedBeforeTheyGrow() throws Exception {
    try (Connection connection = db.owner()) {
      connection.setAutoCommit(false);
      try (BinaryCopyWriter writer = BinaryCopyWriter.into(connection, TABLE, List.of("n"))) {
        writer.startRow();
        for (String text : List.of("1e999999999", "-1e131072", "1e-16384", "1e-999999999")) {
          assertThatThrownBy(() -> writer.writeNumeric(new BigDecimal(text)))
              .isInstanceOfSatisfying(
                  IpaiException.class,
                  refused -> assertThat(refused.code()).isEqualTo(PostgresErrors.COPY_VALUE));
        }
      }
    }
  }

  @Test
  void aRowOfTheWrongWidthIsRefused() throws Exception {
    try (Connection connection = db.owner()) {
      connection.setAutoCommit(false);
      try (BinaryCopyWriter writer = BinaryCopyWriter.into(connection, TABLE, List.of("i8", "t"))) {
        writer.startRow();
        writer.writeLong(1);
        assertThatThrownBy(writer::startRow)
            .isInstanceOfSatisfying(
                IpaiException.class,
                refused -> assertThat(refused.code()).isEqualTo(PostgresErrors.COPY_FAILED));
      }
    }
  }

  @Test
  void whatIsNotFinishedLeavesNothingAndTheConnectionUsable() throws Exception {
    try (Connection connection = db.owner()) {
      connection.setAutoCommit(false);
      try (BinaryCopyWriter writer = BinaryCopyWriter.into(connection, TABLE, List.of("t"))) {
        for (int i = 0; i < 10_000; i++) {
          writer.startRow();
          writer.writeText("row ".repeat(20));
        }
      }
      connection.rollback();
      assertThat(text(connection, "select count(*) from \"odd \"\"name\"")).isEqualTo("0");
    }
  }

  @Test
  void aRowLargerThanTheBufferGoesThrough() throws Exception {
    byte[] large = "0123456789".repeat(300_000).getBytes(StandardCharsets.UTF_8);
    try (Connection connection = db.owner()) {
      connection.setAutoCommit(false);
      try (BinaryCopyWriter writer = BinaryCopyWriter.into(connection, TABLE, List.of("t", "by"))) {
        for (int i = 0; i < 3; i++) {
          writer.startRow();
          writer.writeText(large, 0, large.length);
          writer.writeBytes(large);
        }
        writer.finish();
      }
      try (PreparedStatement query =
          connection.prepareStatement(
              "select count(*) from \"odd \"\"name\" where t::bytea = ? and by = ?")) {
        query.setBytes(1, large);
        query.setBytes(2, large);
        try (ResultSet row = query.executeQuery()) {
          row.next();
          assertThat(row.getLong(1)).isEqualTo(3);
        }
      }
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}

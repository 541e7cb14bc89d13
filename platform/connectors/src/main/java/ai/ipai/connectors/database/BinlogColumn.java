package ai.ipai.connectors.database;

import ai.ipai.spi.connector.JsonText;
import com.github.shyiko.mysql.binlog.event.deserialization.ColumnType;
import com.github.shyiko.mysql.binlog.event.deserialization.json.JsonBinary;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A column of MariaDB or MySQL, and how its values come out of a binary log as a query gives them.
 *
 * @param type such as {@code int}
 * @param declared such as {@code int(10) unsigned}
 * @param charset of texts, or null
 */
record BinlogColumn(TableField field, String type, String declared, @Nullable Charset charset) {
  private static final Pattern MEMBER = Pattern.compile("'((?:[^']|'')*)'");
  private static final Pattern LENGTH = Pattern.compile("\\((\\d+)\\)");

  /** Empty if values of this column cannot be read from a log. */
  static Optional<BinlogColumn> of(
      TableField field, String type, String declared, @Nullable String charset) {
    String kind = type.toLowerCase(Locale.ROOT);
    boolean isKnown =
        switch (kind) {
          case "tinyint", "smallint", "mediumint", "int", "integer", "bigint", "year", "bit" ->
              true;
          case "decimal", "numeric", "float", "double", "real" -> true;
          case "date", "datetime", "timestamp", "time", "json", "enum", "set" -> true;
          case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> true;
          case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> true;
          default -> false;
        };
    Charset java = charset == null ? null : java(charset);
    return isKnown && (charset == null || java != null)
        ? Optional.of(new BinlogColumn(field, kind, declared, java))
        : Optional.empty();
  }

  private static @Nullable Charset java(String name) {
    try {
      return switch (name.toLowerCase(Locale.ROOT)) {
        case "utf8", "utf8mb3", "utf8mb4" -> StandardCharsets.UTF_8;
        case "latin1" -> Charset.forName("windows-1252");
        case "ascii" -> StandardCharsets.US_ASCII;
        case "ucs2", "utf16" -> StandardCharsets.UTF_16BE;
        case "utf16le" -> StandardCharsets.UTF_16LE;
        case "utf32" -> Charset.forName("UTF-32BE");
        case "latin2" -> Charset.forName("ISO-8859-2");
        case "latin5" -> Charset.forName("ISO-8859-9");
        case "greek" -> Charset.forName("ISO-8859-7");
        case "hebrew" -> Charset.forName("ISO-8859-8");
        case "cp1250", "cp1251", "cp1256", "cp1257" ->
            Charset.forName("windows-" + name.substring(2));
        case "koi8r" -> Charset.forName("KOI8-R");
        case "sjis" -> Charset.forName("Shift_JIS");
        case "cp932" -> Charset.forName("windows-31j");
        case "ujis" -> Charset.forName("EUC-JP");
        case "euckr" -> Charset.forName("EUC-KR");
        case "gbk", "gb18030", "big5" -> Charset.forName(name);
        default -> null;
      };
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return null;
    }
  }

  /** Whether a value that the log has as this type can be one of this column. */
  boolean takes(ColumnType logged) {
    return switch (type) {
      case "tinyint" -> logged == ColumnType.TINY;
      case "smallint" -> logged == ColumnType.SHORT;
      case "mediumint" -> logged == ColumnType.INT24;
      case "int", "integer" -> logged == ColumnType.LONG;
      case "bigint" -> logged == ColumnType.LONGLONG;
      case "year" -> logged == ColumnType.YEAR;
      case "bit" -> logged == ColumnType.BIT;
      case "decimal", "numeric" -> logged == ColumnType.NEWDECIMAL;
      case "float" -> logged == ColumnType.FLOAT;
      case "double", "real" -> logged == ColumnType.DOUBLE;
      case "date" -> logged == ColumnType.DATE;
      case "datetime" -> logged == ColumnType.DATETIME_V2;
      case "timestamp" -> logged == ColumnType.TIMESTAMP_V2 || logged == ColumnType.TIMESTAMP;
      case "time" -> logged == ColumnType.TIME_V2;
      case "json" -> logged == ColumnType.JSON || logged == ColumnType.BLOB;
      case "enum" -> logged == ColumnType.ENUM || logged == ColumnType.STRING;
      case "set" -> logged == ColumnType.SET || logged == ColumnType.STRING;
      case "char", "binary" -> logged == ColumnType.STRING;
      case "varchar", "varbinary" ->
          logged == ColumnType.VARCHAR || logged == ColumnType.VAR_STRING;
      default -> logged == ColumnType.BLOB;
    };
  }

  /** What a query for the value gives. */
  @Nullable Object value(@Nullable Serializable raw) {
    return switch (raw) {
      case null -> null;
      case Long number when type.equals("enum") -> member(number);
      case Long number when type.equals("set") -> members(number);
      case Long number -> integer(number);
      case byte[] bytes -> bytes(bytes);
      default -> raw;
    };
  }

  private boolean isUnsigned() {
    return declared.toLowerCase(Locale.ROOT).contains("unsigned");
  }

  private Object integer(long value) {
    if (!isUnsigned()) {
      return value;
    }
    return switch (type) {
      case "tinyint" -> value & 0xff;
      case "smallint" -> value & 0xffff;
      case "mediumint" -> value & 0xff_ffff;
      case "bigint" -> new BigDecimal(new BigInteger(Long.toUnsignedString(value)));
      case "int", "integer" -> value & 0xffff_ffffL;
      default -> value;
    };
  }

  private Object bytes(byte[] raw) {
    if (type.equals("json") && charset == null) {
      return new JsonText(json(raw));
    }
    Charset texts = charset;
    if (texts != null) {
      String text = new String(raw, texts);
      return type.equals("json") ? new JsonText(text) : text;
    }
    Matcher length = LENGTH.matcher(declared);
    // The log leaves the zeros at the end of a fixed length out.
    return type.equals("binary") && length.find()
        ? Arrays.copyOf(raw, Integer.parseInt(length.group(1)))
        : raw;
  }

  private static String json(byte[] raw) {
    try {
      return raw.length == 0 ? "null" : JsonBinary.parseAsString(raw);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    Matcher matcher = MEMBER.matcher(declared);
    while (matcher.find()) {
      names.add(matcher.group(1).replace("''", "'"));
    }
    return names;
  }

  private String member(long number) {
    return number == 0 ? "" : names().get(Math.toIntExact(number - 1));
  }

  private String members(long mask) {
    List<String> names = names();
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if ((mask >> i & 1) == 1) {
        chosen.add(names.get(i));
      }
    }
    return String.join(",", chosen);
  }
}

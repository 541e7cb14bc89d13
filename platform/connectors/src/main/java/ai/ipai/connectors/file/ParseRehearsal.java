package ai.ipai.connectors.file;

import ai.ipai.spi.connector.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a parser does, done once in this process with files of our own making: the JVM that watches
 * it keeps the classes and what it learnt of their methods, so that parsers, which live for one
 * run, need not begin from nothing.
 */
final class ParseRehearsal {
  private static final int ROWS = 60_000;

  private ParseRehearsal() {}

  static void run(Path folder) throws IOException {
    StringBuilder csv = new StringBuilder("id,code,amount,day,at,active,name\n");
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      String day = "2026-0" + (1 + i % 9) + "-1" + i % 10;
      csv.append(i).append(",00").append(i).append(',').append(i / 100).append(".25,").append(day);
      csv.append(',')
          .append(day)
          .append("T10:00:00Z,true,\"gr\u00f6\u00dfe, ")
          .append(i)
          .append("\"\n");
      json.append("{\"id\":").append(i).append(",\"code\":\"00").append(i).append("\",\"amount\":");
      json.append(i / 100).append(".25,\"day\":\"").append(day).append("\",\"active\":true}\n");
    }
    parse(Files.writeString(folder.resolve("rehearsal.csv"), csv));
    parse(Files.writeString(folder.resolve("rehearsal.ndjson"), json));
  }

  private static void parse(Path file) {
    FileStream stream = FileStream.of("rehearsal", Settings.of("rehearsal", Map.of("glob", "*")));
    ParseOrder order =
        new ParseOrder(file, "rehearsal", stream, ParseOrder.Mode.CELLS_AT_ONCE, Map.of(), 0);
    new FileParse(ParseOrder.parse(order.json()), new FrameWriter(OutputStream.nullOutputStream()))
        .run();
  }
}

package ai.ipai.gateway.rest.request;

import ai.ipai.gateway.rest.fault.RequestFaults;
import java.util.ArrayList;
import java.util.List;

/** Comma-separated values (RFC 4180); empty lines do not count. */
final class CsvText {
  private final String text;
  private int at;

  private CsvText(String text) {
    this.text = text;
  }

  static List<List<String>> rows(String text) {
    CsvText reader = new CsvText(text);
    List<List<String>> rows = new ArrayList<>();
    while (reader.at < text.length()) {
      List<String> row = reader.row();
      if (row.size() > 1 || !row.getFirst().isEmpty()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private List<String> row() {
    List<String> cells = new ArrayList<>();
    while (true) {
      cells.add(isNext('"') ? quoted() : plain());
      if (isNext(',')) {
        at++;
      } else {
        endLine();
        return cells;
      }
    }
  }

  private boolean isNext(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private void endLine() {
    if (isNext('\r')) {
      at++;
    }
    if (isNext('\n')) {
      at++;
    } else if (at < text.length() && text.charAt(at - 1) != '\r') {
      throw RequestFaults.body("parse error (endOfInput) at " + '"' + text.substring(at) + '"');
    }
  }

  private String plain() {
    int from = at;
    while (at < text.length() && ",\r\n\"".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(from, at);
  }

  private String quoted() {
    StringBuilder cell = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        cell.append(c);
      } else if (isNext('"')) {
        cell.append('"');
        at++;
      } else {
        return cell.toString();
      }
    }
    throw RequestFaults.body("parse error (not enough input) at \"\"");
  }
}

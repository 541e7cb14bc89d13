package ai.ipai.connectors.file;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.openxml4j.exceptions.OpenXML4JException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.ss.usermodel.DateUtil;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.eventusermodel.ReadOnlySharedStringsTable;
import org.apache.poi.xssf.eventusermodel.XSSFReader;
import org.apache.poi.xssf.eventusermodel.XSSFReader.SheetIterator;
import org.apache.poi.xssf.model.StylesTable;
import org.apache.poi.xssf.usermodel.XSSFCellStyle;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/**
 * One sheet of a workbook, row by row; the sheet is never in memory as a whole. Numbers keep the
 * digits that the file holds, cells with a date format become dates, formulas give their last
 * result. POI's limits against bombs are on.
 */
final class XlsxRecords implements Records {
  private final OPCPackage workbook;
  private final InputStream sheet;
  private final XMLStreamReader xml;
  private final ReadOnlySharedStringsTable strings;
  private final StylesTable styles;
  private final List<String> columns = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private @Nullable Object @Nullable [] pending;
  private long row;

  XlsxRecords(Path file, FileStream stream) {
    try {
      workbook = OPCPackage.open(file.toFile(), PackageAccess.READ);
      XSSFReader reader = new XSSFReader(workbook);
      strings = new ReadOnlySharedStringsTable(workbook);
      styles = reader.getStylesTable();
      sheet = sheet(reader, stream.sheet());
      XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
      factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
      xml = factory.createXMLStreamReader(sheet);
    } catch (IOException
        | OpenXML4JException
        | SAXException
        | XMLStreamException
        | RuntimeException e) {
      throw e instanceof BrokenFile broken
          ? broken
          : new BrokenFile("not a readable workbook", 0, e);
    }
    @Nullable Object[] first = read();
    if (first != null && stream.header()) {
      for (Object name : first) {
        addColumn(name == null ? "" : name.toString());
      }
    } else {
      pending = first;
    }
  }

  private static InputStream sheet(XSSFReader reader, String wanted)
      throws IOException, OpenXML4JException {
    Iterator<InputStream> sheets = reader.getSheetsData();
    while (sheets.hasNext()) {
      InputStream candidate = sheets.next();
      if (wanted.isEmpty() || ((SheetIterator) sheets).getSheetName().equals(wanted)) {
        return candidate;
      }
      candidate.close();
    }
    throw new BrokenFile("there is no such sheet", 0);
  }

  private void addColumn(String name) {
    String plain = name.strip().isEmpty() ? "column_" + (columns.size() + 1) : name.strip();
    String unique = plain;
    for (int i = 2; !names.add(unique); i++) {
      unique = plain + "_" + i;
    }
    columns.add(unique);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public @Nullable Object @Nullable [] next() {
    @Nullable Object[] values = pending != null ? pending : read();
    pending = null;
    while (values != null && columns.size() < values.length) {
      addColumn("");
    }
    return values;
  }

  private @Nullable Object @Nullable [] read() {
    try {
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("row")) {
          String number = xml.getAttributeValue(null, "r");
          row = number == null ? row + 1 : Long.parseLong(number);
          @Nullable Object[] cells = cells();
          if (cells.length > 0) {
            return cells;
          }
        }
      }
      return null;
    } catch (XMLStreamException | RuntimeException e) {
      throw e instanceof BrokenFile broken ? broken : new BrokenFile("a damaged sheet", row, e);
    }
  }

  private @Nullable Object[] cells() throws XMLStreamException {
    @Nullable Object[] cells = new Object[columns.size()];
    int used = 0;
    int at = -1;
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("row")) {
        break;
      }
      if (event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("c")) {
        String reference = xml.getAttributeValue(null, "r");
        at = reference == null ? at + 1 : new CellReference(reference).getCol();
        Records.requireWidth(at + 1, row);
        Object value = cell();
        if (at >= cells.length) {
          cells = Arrays.copyOf(cells, at + 1);
        }
        cells[at] = value;
        used = value == null ? used : Math.max(used, at + 1);
      }
    }
    return used == 0 ? new Object[0] : Arrays.copyOf(cells, used);
  }

  private @Nullable Object cell() throws XMLStreamException {
    String type = xml.getAttributeValue(null, "t");
    String style = xml.getAttributeValue(null, "s");
    StringBuilder text = new StringBuilder();
    boolean inValue = false;
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("c")) {
        break;
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        inValue = xml.getLocalName().equals("v") || xml.getLocalName().equals("t");
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        inValue = false;
      } else if (inValue && event == XMLStreamConstants.CHARACTERS) {
        text.append(xml.getText());
      }
    }
    return text.isEmpty() ? null : value(type == null ? "n" : type, style, text.toString());
  }

  private @Nullable Object value(String type, @Nullable String style, String text) {
    return switch (type) {
      case "s" -> strings.getItemAt(Integer.parseInt(text)).getString();
      case "b" -> text.equals("1");
      case "n" -> number(style, text);
      case "e" -> null;
      default -> text;
    };
  }

  private Object number(@Nullable String style, String text) {
    if (style != null && isDate(Integer.parseInt(style))) {
      LocalDateTime time = DateUtil.getLocalDateTime(Double.parseDouble(text));
      return time.toLocalTime().toSecondOfDay() == 0 ? time.toLocalDate() : time;
    }
    BigDecimal number = new BigDecimal(text);
    boolean isWhole = number.scale() <= 0 && number.precision() - number.scale() <= 18;
    return isWhole ? Long.valueOf(number.longValueExact()) : number;
  }

  private boolean isDate(int style) {
    XSSFCellStyle format = styles.getStyleAt(style);
    return DateUtil.isADateFormat(format.getDataFormat(), format.getDataFormatString());
  }

  @Override
  public long line() {
    return row;
  }

  @Override
  public boolean isText() {
    return false;
  }

  @Override
  public void close() {
    try {
      sheet.close();
    } catch (IOException e) {
      // Nothing was written.
    }
    workbook.revert();
  }
}

package ai.ipai.connectors.odoo;

import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Values as XML-RPC spells them. What it cannot spell is refused instead of being bent: whole
 * numbers beyond 32 bits and control characters, which Odoo drops without a word.
 */
public final class XmlRpcCodec {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final XMLInputFactory IN = input();
  private static final XMLOutputFactory OUT = XMLOutputFactory.newFactory();

  private XmlRpcCodec() {}

  /** A request. */
  public record Call(String method, JsonNode params) {}

  /** An answer, or a fault. */
  record Reply(@Nullable JsonNode value, int faultCode, String faultText) {}

  /** No document types, no entities of its own. */
  private static XMLInputFactory input() {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  /** Writes a document's elements. */
  private interface Content {
    void write(XMLStreamWriter out) throws XMLStreamException;
  }

  private static String document(String root, Content content) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter out = OUT.createXMLStreamWriter(text);
      out.writeStartDocument("UTF-8", "1.0");
      out.writeStartElement(root);
      content.write(out);
      out.writeEndElement();
      out.writeEndDocument();
      out.flush();
      return text.toString();
    } catch (XMLStreamException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void params(XMLStreamWriter out, List<?> params) throws XMLStreamException {
    out.writeStartElement("params");
    for (Object param : params) {
      out.writeStartElement("param");
      value(out, param);
      out.writeEndElement();
    }
    out.writeEndElement();
  }

  static String call(String method, List<?> params) {
    return document(
        "methodCall",
        out -> {
          leaf(out, "methodName", method);
          params(out, params);
        });
  }

  /** An answer with this value. */
  public static String response(@Nullable Object value) {
    return document("methodResponse", out -> params(out, Collections.singletonList(value)));
  }

  /** An answer that is a fault. */
  public static String fault(int code, String text) {
    return document(
        "methodResponse",
        out -> {
          out.writeStartElement("fault");
          value(out, Map.of("faultCode", code, "faultString", text));
          out.writeEndElement();
        });
  }

  /** Reads a request. */
  public static Call parseCall(String body) {
    ArrayNode params = NODES.arrayNode();
    String method = "";
    try {
      XMLStreamReader in =
          IN.createXMLStreamReader(
              new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), "UTF-8");
      while (in.hasNext()) {
        if (in.next() == XMLStreamReader.START_ELEMENT) {
          if (in.getLocalName().equals("methodName")) {
            method = in.getElementText();
          } else if (in.getLocalName().equals("value")) {
            params.add(value(in, 0));
          }
        }
      }
      return new Call(method, params);
    } catch (XMLStreamException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void leaf(XMLStreamWriter out, String name, String text)
      throws XMLStreamException {
    out.writeStartElement(name);
    // A bare carriage return would be read as a line feed.
    String[] parts = text.split("\r", -1);
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        out.writeEntityRef("#13");
      }
      out.writeCharacters(parts[i]);
    }
    out.writeEndElement();
  }

  private static void value(XMLStreamWriter out, @Nullable Object value) throws XMLStreamException {
    out.writeStartElement("value");
    switch (value) {
      case null -> out.writeEmptyElement("nil");
      case Boolean flag -> leaf(out, "boolean", flag ? "1" : "0");
      case Integer number -> leaf(out, "int", number.toString());
      case Long number -> leaf(out, "int", Integer.toString(Math.toIntExact(number)));
      case BigDecimal number -> leaf(out, "double", number.toPlainString());
      case Double number -> leaf(out, "double", BigDecimal.valueOf(number).toPlainString());
      case List<?> list -> {
        out.writeStartElement("array");
        out.writeStartElement("data");
        for (Object element : list) {
          value(out, element);
        }
        out.writeEndElement();
        out.writeEndElement();
      }
      case Map<?, ?> map -> {
        out.writeStartElement("struct");
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.writeStartElement("member");
          leaf(out, "name", text(String.valueOf(entry.getKey())));
          value(out, entry.getValue());
          out.writeEndElement();
        }
        out.writeEndElement();
      }
      default -> leaf(out, "string", text(value.toString()));
    }
    out.writeEndElement();
  }

  private static String text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' || c == '\t' || c == '\n' || c == '\r';
      if (!plain || c == '\uFFFE' || c == '\uFFFF') {
        throw new IllegalArgumentException("a character that XML cannot hold");
      }
    }
    return text;
  }

  /**
   * Reads an answer.
   *
   * @throws IllegalArgumentException if it is no XML-RPC
   */
  static Reply reply(byte[] body) {
    try {
      XMLStreamReader in = IN.createXMLStreamReader(new ByteArrayInputStream(body));
      boolean fault = false;
      while (in.hasNext()) {
        if (in.next() == XMLStreamReader.START_ELEMENT) {
          if (in.getLocalName().equals("fault")) {
            fault = true;
          } else if (in.getLocalName().equals("value")) {
            JsonNode value = value(in, 0);
            return fault
                ? new Reply(
                    null,
                    value.path("faultCode").intValue(1),
                    value.path("faultString").asString(""))
                : new Reply(value, 0, "");
          }
        }
      }
    } catch (XMLStreamException | NumberFormatException e) {
      throw new IllegalArgumentException(e);
    }
    throw new IllegalArgumentException("no value");
  }

  /** From the start of a value to its end. */
  private static JsonNode value(XMLStreamReader in, int depth) throws XMLStreamException {
    if (depth > 100) {
      throw new IllegalArgumentException("nested too deep");
    }
    StringBuilder text = new StringBuilder();
    JsonNode found = null;
    while (true) {
      switch (in.next()) {
        case XMLStreamReader.CHARACTERS, XMLStreamReader.CDATA -> text.append(in.getText());
        case XMLStreamReader.START_ELEMENT -> found = typed(in, depth);
        case XMLStreamReader.END_ELEMENT -> {
          return found == null ? NODES.stringNode(text.toString()) : found;
        }
        default -> {}
      }
    }
  }

  private static JsonNode typed(XMLStreamReader in, int depth) throws XMLStreamException {
    return switch (in.getLocalName()) {
      case "int", "i4", "i8" -> NODES.numberNode(Long.parseLong(in.getElementText().strip()));
      case "boolean" -> NODES.booleanNode(in.getElementText().strip().equals("1"));
      case "double" -> NODES.numberNode(new BigDecimal(in.getElementText().strip()));
      case "nil" -> {
        in.getElementText();
        yield NODES.nullNode();
      }
      case "array" -> array(in, depth);
      case "struct" -> struct(in, depth);
      default -> NODES.stringNode(in.getElementText());
    };
  }

  private static JsonNode array(XMLStreamReader in, int depth) throws XMLStreamException {
    ArrayNode array = NODES.arrayNode();
    while (true) {
      int event = in.next();
      if (event == XMLStreamReader.START_ELEMENT && in.getLocalName().equals("value")) {
        array.add(value(in, depth + 1));
      } else if (event == XMLStreamReader.END_ELEMENT && in.getLocalName().equals("array")) {
        return array;
      }
    }
  }

  private static JsonNode struct(XMLStreamReader in, int depth) throws XMLStreamException {
    ObjectNode struct = NODES.objectNode();
    String name = "";
    while (true) {
      int event = in.next();
      if (event == XMLStreamReader.START_ELEMENT && in.getLocalName().equals("name")) {
        name = in.getElementText();
      } else if (event == XMLStreamReader.START_ELEMENT && in.getLocalName().equals("value")) {
        struct.set(name, value(in, depth + 1));
      } else if (event == XMLStreamReader.END_ELEMENT && in.getLocalName().equals("struct")) {
        return struct;
      }
    }
  }
}

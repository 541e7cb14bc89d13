package ai.ipai.governance.audit.seal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One unambiguous encoding of a list of fields: each has a mark (0 absent, 1 number, 2 bytes), then
 * eight bytes of number, or four bytes of length and the bytes; all big-endian, text in UTF-8. No
 * two lists of fields have the same encoding.
 */
final class CanonicalBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

  CanonicalBytes text(@Nullable String value) {
    if (value == null) {
      bytes.write(0);
      return this;
    }
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  CanonicalBytes number(@Nullable Long value) {
    if (value == null) {
      bytes.write(0);
      return this;
    }
    bytes.write(1);
    bytes.writeBytes(ByteBuffer.allocate(8).putLong(value).array());
    return this;
  }

  CanonicalBytes bytes(byte[] value) {
    bytes.write(2);
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(value.length).array());
    bytes.writeBytes(value);
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}

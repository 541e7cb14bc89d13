package ai.ipai.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * A file that pages load, with the hash that they name it by: its address changes with its content,
 * so browsers may keep it forever, and they check what they load against the hash.
 */
public final class Asset {
  private final String name;
  private final String contentType;
  private final byte[] content;
  private final byte[] compressed;
  private final String integrity;
  private final String version;

  private Asset(String name, String contentType, byte[] content) {
    this.name = name;
    this.contentType = contentType;
    this.content = content;
    this.compressed = compress(content);
    byte[] hash = hash(content);
    this.integrity = "sha384-" + Base64.getEncoder().encodeToString(hash);
    this.version = HexFormat.of().formatHex(hash, 0, 6);
  }

  static Asset load(String name, String contentType, String resource) {
    try (InputStream stream = Asset.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("the product lacks " + resource);
      }
      return new Asset(name, contentType, stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] compress(byte[] content) {
    ByteArrayOutputStream buffer = new ByteArrayOutputStream(content.length / 3);
    try (GZIPOutputStream gzip = new GZIPOutputStream(buffer)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return buffer.toByteArray();
  }

  private static byte[] hash(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-384").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-384", e);
    }
  }

  /** Where pages find it. */
  public String path() {
    return "/console/assets/" + version + "/" + name;
  }

  /** For the attribute {@code integrity}. */
  public String integrity() {
    return integrity;
  }

  public String contentType() {
    return contentType;
  }

  public byte[] content() {
    return content.clone();
  }

  /** The content in gzip. */
  public byte[] compressed() {
    return compressed.clone();
  }
}

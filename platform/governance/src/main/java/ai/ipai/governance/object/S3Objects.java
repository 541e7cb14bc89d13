package ai.ipai.governance.object;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A bucket of S3 or of a service that speaks like it (DigitalOcean Spaces, MinIO, Ceph, R2). Three
 * requests are all it needs, so it carries no SDK (docs/reference/object-storage.md). Objects are
 * created with {@code If-None-Match: *} and never replaced; a service that ignores the header is
 * asked first.
 */
public final class S3Objects implements ObjectStore {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final int TRIES = 4;
  private static final long FIRST_PAUSE_MILLIS = 200;

  private final URI base;
  private final String prefix;
  private final String place;
  private final S3Signature signature;
  private final Clock clock;
  private final HttpClient client;

  /**
   * Asks nothing yet.
   *
   * @param place {@code s3://bucket/prefix}
   * @param endpoint of another service, which is asked with the bucket in the path; empty: AWS
   */
  public S3Objects(
      URI place,
      Optional<URI> endpoint,
      String region,
      String accessKeyId,
      String secretKey,
      Clock clock) {
    String bucket = place.getHost();
    this.base =
        endpoint
            .map(url -> URI.create(url.toString().replaceFirst("/+$", "") + "/" + bucket))
            .orElseGet(() -> URI.create("https://" + bucket + ".s3." + region + ".amazonaws.com"));
    String path = place.getPath() == null ? "" : place.getPath().replaceAll("^/+|/+$", "");
    this.prefix = path.isEmpty() ? "" : path + "/";
    this.place = "s3://" + bucket + "/" + prefix;
    this.signature = new S3Signature(accessKeyId, secretKey, region);
    this.clock = clock;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  @Override
  public boolean putNew(String name, byte[] content) {
    if (exists(name)) {
      return false;
    }
    HttpResponse<byte[]> answer =
        send("PUT", uri(name), Map.of("if-none-match", "*"), content, 412);
    return answer.statusCode() != 412;
  }

  private boolean exists(String name) {
    return send("HEAD", uri(name), Map.of(), new byte[0], 404).statusCode() == 200;
  }

  @Override
  public Optional<byte[]> get(String name) {
    HttpResponse<byte[]> answer = send("GET", uri(name), Map.of(), new byte[0], 404);
    if (answer.statusCode() == 404) {
      if (new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8)
          .contains("NoSuchBucket")) {
        throw noBucket();
      }
      return Optional.empty();
    }
    return Optional.of(answer.body());
  }

  @Override
  public List<String> list(String folder) {
    List<String> names = new ArrayList<>();
    String token = "";
    do {
      String query =
          (token.isEmpty() ? "" : "continuation-token=" + S3Signature.encode(token, false) + "&")
              + "delimiter=%2F&list-type=2&prefix="
              + S3Signature.encode(prefix + folder, false);
      HttpResponse<byte[]> answer =
          send("GET", URI.create(base + "/?" + query), Map.of(), new byte[0], 404);
      if (answer.statusCode() == 404) {
        throw noBucket();
      }
      token = page(answer.body(), names);
    } while (!token.isEmpty());
    Collections.sort(names);
    return List.copyOf(names);
  }

  /** Adds the names of one page; returns where the next begins, or nothing. */
  private String page(byte[] xml, List<String> names) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    String token = "";
    boolean inPrefixes = false;
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
      while (reader.hasNext()) {
        int event = reader.next();
        if (event == XMLStreamReader.START_ELEMENT) {
          String element = reader.getLocalName();
          if (element.equals("CommonPrefixes")) {
            inPrefixes = true;
          } else if (element.equals("Key") || (inPrefixes && element.equals("Prefix"))) {
            names.add(reader.getElementText().substring(prefix.length()));
          } else if (element.equals("NextContinuationToken")) {
            token = reader.getElementText();
          }
        } else if (event == XMLStreamReader.END_ELEMENT
            && reader.getLocalName().equals("CommonPrefixes")) {
          inPrefixes = false;
        }
      }
      return token;
    } catch (XMLStreamException malformed) {
      throw failed(ObjectErrors.UNAVAILABLE, "The object storage answered no list.", malformed);
    }
  }

  private URI uri(String name) {
    return URI.create(base + "/" + S3Signature.encode(prefix + name, true));
  }

  /** Tries again what may pass: no answer, 5xx, 429, and 409 of two writers at once. */
  private HttpResponse<byte[]> send(
      String method, URI uri, Map<String, String> headers, byte[] body, int expected) {
    IpaiException last = null;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) {
        pause(FIRST_PAUSE_MILLIS << attempt);
      }
      try {
        HttpResponse<byte[]> answer = once(method, uri, headers, body);
        int status = answer.statusCode();
        if (status / 100 == 2 || status == expected) {
          return answer;
        }
        last = refused(status);
        if (status < 500 && status != 429 && status != 409) {
          throw last;
        }
      } catch (IOException failed) {
        last = failed(ObjectErrors.UNAVAILABLE, "The object storage does not answer.", failed);
      }
    }
    throw java.util.Objects.requireNonNull(last);
  }

  private HttpResponse<byte[]> once(
      String method, URI uri, Map<String, String> headers, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER)
            .method(
                method,
                body.length == 0 && !method.equals("PUT")
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(body));
    signature.headers(method, uri, headers, body, clock.instant()).forEach(request::header);
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      throw failed(ObjectErrors.UNAVAILABLE, "Interrupted while writing an object.", asked);
    }
  }

  private IpaiException refused(int status) {
    return switch (status) {
      case 400, 401, 403 ->
          failed(ObjectErrors.REFUSED, "The object storage refuses (HTTP " + status + ").", null)
              .hint(
                  "Check access key, secret, region, the clock, and that the key may list, read"
                      + " and create objects there.");
      case 404 -> noBucket();
      case 301, 307, 308 ->
          failed(ObjectErrors.REFUSED, "The bucket is elsewhere (HTTP " + status + ").", null)
              .hint("Correct s3.region or s3.endpoint.");
      default ->
          failed(ObjectErrors.UNAVAILABLE, "The object storage fails (HTTP " + status + ").", null)
              .hint("It is tried again.");
    };
  }

  private IpaiException noBucket() {
    return failed(ObjectErrors.NO_BUCKET, "There is no such bucket.", null)
        .hint("Create it, best with object lock, or correct the URL.");
  }

  private IpaiException failed(
      ErrorCode code, String message, @org.jspecify.annotations.Nullable Throwable cause) {
    return new IpaiException(code, message, cause).fact("place", place);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public void close() {
    client.close();
  }
}

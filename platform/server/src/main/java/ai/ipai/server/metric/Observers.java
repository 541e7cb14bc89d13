package ai.ipai.server.metric;

import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.HttpObserver;
import java.util.ArrayList;
import java.util.List;

/** Several observers as one; they end in the reverse of the order in which they began. */
public final class Observers implements HttpObserver {
  private final List<HttpObserver> observers;

  public Observers(List<HttpObserver> observers) {
    this.observers = List.copyOf(observers);
  }

  @Override
  public Observation begin(Exchange exchange) {
    List<Observation> begun = new ArrayList<>(observers.size());
    observers.forEach(observer -> begun.add(observer.begin(exchange)));
    return (status, failure) ->
        begun.reversed().forEach(observation -> observation.end(status, failure));
  }
}

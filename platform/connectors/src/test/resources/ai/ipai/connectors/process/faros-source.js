// A source of numbers, written with faros-airbyte-cdk as its documentation shows.
const {AirbyteSourceBase, AirbyteSourceLogger, AirbyteSourceRunner, AirbyteSpec, AirbyteStreamBase} = require('faros-airbyte-cdk');

class Numbers extends AirbyteStreamBase {
  constructor(config, logger) {
    super(logger);
    this.config = config;
  }
  get primaryKey() {
    return 'id';
  }
  get cursorField() {
    return 'id';
  }
  getJsonSchema() {
    return {properties: {id: {type: 'integer'}, square: {type: 'number'}, at: {type: 'string', format: 'date-time'}}};
  }
  async *readRecords(syncMode, cursorField, slice, state) {
    for (let id = (state?.last ?? 0) + 1; id <= this.config.until; id++) {
      yield {id, square: id * id, at: '2026-01-01T00:00:00Z'};
    }
  }
  getUpdatedState(state, latest) {
    return {last: Math.max(state.last ?? 0, latest.id)};
  }
}

class Source extends AirbyteSourceBase {
  get type() {
    return 'numbers';
  }
  async spec() {
    return new AirbyteSpec({connectionSpecification: {type: 'object', properties: {}}});
  }
  async checkConnection(config) {
    return config.user === 'chris' ? [true, undefined] : [false, new Error('not chris')];
  }
  streams(config) {
    return [new Numbers(config, this.logger)];
  }
}

const logger = new AirbyteSourceLogger();
new AirbyteSourceRunner(logger, new Source(logger)).mainCommand().parse();

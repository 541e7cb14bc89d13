/**
 * Sources that are programs of their own, in any language: they speak the Airbyte protocol, JSON
 * lines on standard output. Which programs there are the operator says, not the connector's author.
 */
@NullMarked
package ai.ipai.connectors.process;

import org.jspecify.annotations.NullMarked;

@NullMarked
package ai.ipai.connectors.http;

import org.jspecify.annotations.NullMarked;

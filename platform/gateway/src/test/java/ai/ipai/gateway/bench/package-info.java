@NullMarked
package ai.ipai.gateway.bench;

import org.jspecify.annotations.NullMarked;
